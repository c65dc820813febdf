/* column.h - a text from outside in a table: as many columns as the table gives it, whatever its bytes. */
#ifndef KF_COLUMN_H
#define KF_COLUMN_H

/* Prints the safe form of UTF-8 `text` on standard output, cut or filled up with blanks to `columns`. */
void kf_column_print(int columns, const char *text);

#endif
