/* tiocm_shim.c - what a fake serial port lacks. umockdev's are pseudo-terminals, which refuse the TIOCM requests of modem
 * lines; libserialport takes that for "no serial port". And umockdev itself refuses every terminal request it does not
 * know, speeds above 230400 and the size of a window among them.
 *
 * Preloaded before umockdev's own library, this answers for the modem lines (all low, whatever is set) and takes other
 * terminal requests straight to the kernel. Everything else goes on to the next in line. */
#include <dlfcn.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int ioctl(int fd, unsigned long request, ...)
{
    static int (*next)(int, unsigned long, ...);
    va_list args;
    va_start(args, request);
    void *argument = va_arg(args, void *);
    va_end(args);
    if (request == TIOCMSET || request == TIOCMBIS || request == TIOCMBIC)
        return 0;
    if (request == TIOCMGET) {
        *(int *)argument = 0;
        return 0;
    }
    if ((request >> 8 & 0xff) == 'T')
        return (int)syscall(SYS_ioctl, fd, request, argument);
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "ioctl"); /* POSIX's own way to a function from dlsym */
    return next(fd, request, argument);
}
