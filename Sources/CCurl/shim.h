#ifndef VALETKEY_CURL_SHIM_H
#define VALETKEY_CURL_SHIM_H

#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

// libcurl's setters and getters are variadic, and so closed to Swift. A number is always a `long`: libcurl reads one
// from the argument list, and no compiler warns of an `int`.

static inline CURLcode shim_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode shim_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode shim_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode shim_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode shim_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode shim_set_writer(CURL *handle, CURLoption option, size_t (*writer)(char *, size_t, size_t, void *)) {
    return curl_easy_setopt(handle, option, writer);
}

// Calls `check` once the connection is there, before anything of the request is sent; another result than 0 ends it.
static inline CURLcode shim_set_check(CURL *handle, int (*check)(void *, char *, char *, int, int), void *context) {
#if LIBCURL_VERSION_NUM >= 0x075000
    CURLcode set = curl_easy_setopt(handle, CURLOPT_PREREQDATA, context);
    return set == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, check) : set;
#else
    return check(context, NULL, NULL, 0, 0) == 0 ? CURLE_OK : CURLE_ABORTED_BY_CALLBACK;
#endif
}

static inline CURLcode shim_allow_http_alone(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return curl_easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static inline long shim_status(CURL *handle) {
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

// The errno of the last system call that failed for this handle; 0 where there was none.
static inline long shim_errno(CURL *handle) {
    long code = 0;
    curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &code);
    return code;
}

// Seconds from now, whichever form the header had; 0 where there was none.
static inline long long shim_retry_after(CURL *handle) {
    curl_off_t seconds = 0;
    curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &seconds);
    return (long long)seconds;
}

// The value of a header of the final reply, libcurl's own until the handle is used again; NULL where there is none.
static inline const char *shim_header(CURL *handle, const char *name) {
#if LIBCURL_VERSION_NUM >= 0x075300
    struct curl_header *header = NULL;
    if (curl_easy_header(handle, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK) return header->value;
#endif
    return NULL;
}

// Opens a listener on the loopback interface and stores its port; returns -1 on failure.
static inline int shim_listen(int *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) return -1;
    if (bind(listener, (struct sockaddr *)&address, length) == 0 && listen(listener, SOMAXCONN) == 0
        && getsockname(listener, (struct sockaddr *)&address, &length) == 0) {
        *port = ntohs(address.sin_port);
        return listener;
    }
    close(listener);
    return -1;
}

// Returns the connection that the handle has made, or -1 while there is none. Connections of other clients are closed.
static inline int shim_accept(int listener, CURL *handle) {
    struct sockaddr_in address;
    long port = 0;
    int connection;
    if (curl_easy_getinfo(handle, CURLINFO_LOCAL_PORT, &port) != CURLE_OK || port <= 0) return -1;
    for (;;) {
        socklen_t length = sizeof(address);
        connection = accept4(listener, (struct sockaddr *)&address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (connection < 0 || ntohs(address.sin_port) == port) return connection;
        close(connection);
    }
}

static inline void *shim_private(CURL *handle) {
    char *pointer = NULL;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &pointer);
    return pointer;
}

// The handle and result of the next transfer that has ended; NULL where there is none.
static inline CURL *shim_next_ended(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left))) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}

#endif
