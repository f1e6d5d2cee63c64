#define _GNU_SOURCE
#include "CNamespaceSocket.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int namespace_udp_socket(const char *namespace_path) {
    int own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    if (own < 0) return -errno;
    int other = open(namespace_path, O_RDONLY | O_CLOEXEC);
    if (other < 0 || setns(other, CLONE_NEWNET) != 0) {
        int error = errno;
        if (other >= 0) close(other);
        close(own);
        return -error;
    }
    int made = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int error = errno;
    // A thread that cannot go back would do the work of others in the wrong network.
    if (setns(own, CLONE_NEWNET) != 0) abort();
    close(other);
    close(own);
    return made < 0 ? -error : made;
}
