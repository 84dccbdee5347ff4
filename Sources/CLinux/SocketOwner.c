#define _GNU_SOURCE

#include "CLinux.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int shim_tcp_owner(
    int is_ipv6, const unsigned char *near, unsigned short near_port, const unsigned char *far, unsigned short far_port,
    unsigned int *user, unsigned int *inode) {
    struct {
        struct nlmsghdr head;
        struct inet_diag_req_v2 body;
    } request;
    union {
        struct nlmsghdr head;
        unsigned char bytes[4096];
    } reply;
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    struct timeval patience = {.tv_sec = 1};
    size_t octets = is_ipv6 ? 16 : 4;
    int code = 0;

    memset(&request, 0, sizeof(request));
    request.head.nlmsg_len = sizeof(request);
    request.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request.head.nlmsg_flags = NLM_F_REQUEST;
    request.body.sdiag_family = is_ipv6 ? AF_INET6 : AF_INET;
    request.body.sdiag_protocol = IPPROTO_TCP;
    request.body.idiag_states = ~0U;
    memcpy(request.body.id.idiag_src, near, octets);
    memcpy(request.body.id.idiag_dst, far, octets);
    request.body.id.idiag_sport = htons(near_port);
    request.body.id.idiag_dport = htons(far_port);
    request.body.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
    request.body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;

    int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (netlink < 0) return errno;
    setsockopt(netlink, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    ssize_t count = sendto(netlink, &request, sizeof(request), 0, (struct sockaddr *)&kernel, sizeof(kernel));
    if (count >= 0) count = recv(netlink, &reply, sizeof(reply), 0);
    if (count < 0) code = errno;
    close(netlink);
    if (code) return code;

    if (!NLMSG_OK(&reply.head, count)) return EPROTO;
    if (reply.head.nlmsg_type == NLMSG_ERROR) {
        if (reply.head.nlmsg_len < NLMSG_LENGTH(sizeof(struct nlmsgerr))) return EPROTO;
        code = -((struct nlmsgerr *)NLMSG_DATA(&reply.head))->error;
        return code ? code : EPROTO;
    }
    if (reply.head.nlmsg_type != SOCK_DIAG_BY_FAMILY
        || reply.head.nlmsg_len < NLMSG_LENGTH(sizeof(struct inet_diag_msg)))
        return EPROTO;
    struct inet_diag_msg *found = NLMSG_DATA(&reply.head);
    // Where there is no such connection, the kernel answers with a socket that listens at the near address.
    if (found->id.idiag_sport != htons(near_port) || found->id.idiag_dport != htons(far_port)) return ENOENT;
    *user = found->idiag_uid;
    *inode = found->idiag_inode;
    return 0;
}

// A listening socket of this process that the kernel is asked for. Its inode proves that the answer is about it.
static int tells_owner_at(int is_ipv6) {
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr *name = is_ipv6 ? (struct sockaddr *)&six : (struct sockaddr *)&four;
    const unsigned char *near = is_ipv6 ? six.sin6_addr.s6_addr : (const unsigned char *)&four.sin_addr;
    const unsigned char nobody[16] = {0};
    socklen_t length = is_ipv6 ? sizeof(six) : sizeof(four);
    unsigned int user = 0, inode = 0;
    struct stat facts;
    int tells = 0;
    int listener = socket(is_ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0) return 0;
    if (bind(listener, name, length) == 0 && listen(listener, 1) == 0 && getsockname(listener, name, &length) == 0
        && fstat(listener, &facts) == 0) {
        unsigned short port = ntohs(is_ipv6 ? six.sin6_port : four.sin_port);
        tells = shim_tcp_owner(is_ipv6, near, port, nobody, 0, &user, &inode) == 0 && inode == (unsigned int)facts.st_ino;
    }
    close(listener);
    return tells;
}

int shim_tells_tcp_owner(void) {
    return tells_owner_at(0) || tells_owner_at(1);
}
