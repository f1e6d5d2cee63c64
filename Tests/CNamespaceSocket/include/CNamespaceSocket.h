// Sockets of another network namespace, for tests: a socket stays where it was made, whoever uses it.
#ifndef C_NAMESPACE_SOCKET_H
#define C_NAMESPACE_SOCKET_H

#include <stdint.h>

// A UDP socket (IPv4) in the namespace that a file stands for, or minus an errno.
int namespace_udp_socket(const char *namespace_path);

#endif
