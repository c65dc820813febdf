/* crc16.h - the polynomial 0x1021, most significant bit first, from any start value. Freestanding. */
#ifndef KF_POD_CRC16_H
#define KF_POD_CRC16_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of what `crc` covers and then these bytes. Over bytes followed by their own checksum (high byte first)
 * it comes to 0. */
uint16_t kf_crc16_push(uint16_t crc, const uint8_t *bytes, size_t count);

#endif
