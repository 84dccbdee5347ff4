#define _GNU_SOURCE
#include "CCurl.h"

#include <dlfcn.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define FUNCTIONS(use) \
    use(global_init) use(easy_strerror) use(easy_init) use(easy_cleanup) use(easy_setopt) use(easy_getinfo) \
    use(multi_init) use(multi_cleanup) use(multi_add_handle) use(multi_remove_handle) use(multi_perform) \
    use(multi_poll) use(multi_wakeup) use(multi_info_read) use(slist_append) use(slist_free_all) NEWER_FUNCTIONS(use)
#if LIBCURL_VERSION_NUM >= 0x075300
#define NEWER_FUNCTIONS(use) use(easy_header)
#else
#define NEWER_FUNCTIONS(use)
#endif

#define DECLARE(name) __typeof__(curl_##name) *name;
static struct { FUNCTIONS(DECLARE) } curl;

static int is_loaded;
static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;

static int load(char *fault, size_t size) {
    void *library = dlopen("libcurl.so.4", RTLD_LAZY | RTLD_LOCAL);
    if (!library) goto failed;
#define FIND(name) if (!(*(void **)&curl.name = dlsym(library, "curl_" #name))) goto failed;
    FUNCTIONS(FIND)
    CURLcode code = curl.global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) snprintf(fault, size, "%s", curl.easy_strerror(code));
    return code == CURLE_OK ? 0 : -1;
failed:
    snprintf(fault, size, "%s", dlerror());
    return -1;
}

int shim_load_curl(char *fault, size_t size) {
    pthread_mutex_lock(&loading);
    if (!is_loaded) is_loaded = load(fault, size) == 0;
    int result = is_loaded ? 0 : -1;
    pthread_mutex_unlock(&loading);
    return result;
}

const char *shim_describe(CURLcode code) { return curl.easy_strerror(code); }

CURL *shim_make_easy(void) { return curl.easy_init(); }

void shim_free_easy(CURL *handle) { curl.easy_cleanup(handle); }

CURLM *shim_make_multi(void) { return curl.multi_init(); }

void shim_free_multi(CURLM *multi) { curl.multi_cleanup(multi); }

CURLMcode shim_add(CURLM *multi, CURL *handle) { return curl.multi_add_handle(multi, handle); }

CURLMcode shim_remove(CURLM *multi, CURL *handle) { return curl.multi_remove_handle(multi, handle); }

int shim_perform(CURLM *multi) {
    int running = 0;
    curl.multi_perform(multi, &running);
    return running;
}

void shim_wait(CURLM *multi, int milliseconds) {
    int events;
    curl.multi_poll(multi, NULL, 0, milliseconds, &events);
}

CURLMcode shim_wake(CURLM *multi) { return curl.multi_wakeup(multi); }

struct curl_slist *shim_append(struct curl_slist *list, const char *text) { return curl.slist_append(list, text); }

void shim_free_list(struct curl_slist *list) { curl.slist_free_all(list); }

CURLcode shim_set_long(CURL *handle, CURLoption option, long value) {
    return curl.easy_setopt(handle, option, value);
}

CURLcode shim_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl.easy_setopt(handle, option, value);
}

CURLcode shim_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl.easy_setopt(handle, option, value);
}

CURLcode shim_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl.easy_setopt(handle, option, value);
}

CURLcode shim_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl.easy_setopt(handle, option, value);
}

CURLcode shim_set_writer(CURL *handle, CURLoption option, size_t (*writer)(char *, size_t, size_t, void *)) {
    return curl.easy_setopt(handle, option, writer);
}

CURLcode shim_set_check(CURL *handle, int (*check)(void *, char *, char *, int, int), void *context) {
#if LIBCURL_VERSION_NUM >= 0x075000
    CURLcode set = curl.easy_setopt(handle, CURLOPT_PREREQDATA, context);
    return set == CURLE_OK ? curl.easy_setopt(handle, CURLOPT_PREREQFUNCTION, check) : set;
#else
    return check(context, NULL, NULL, 0, 0) == 0 ? CURLE_OK : CURLE_ABORTED_BY_CALLBACK;
#endif
}

CURLcode shim_allow_http_alone(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl.easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return curl.easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

long shim_status(CURL *handle) {
    long status = 0;
    curl.easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

long shim_errno(CURL *handle) {
    long code = 0;
    curl.easy_getinfo(handle, CURLINFO_OS_ERRNO, &code);
    return code;
}

long long shim_retry_after(CURL *handle) {
    curl_off_t seconds = 0;
    curl.easy_getinfo(handle, CURLINFO_RETRY_AFTER, &seconds);
    return (long long)seconds;
}

const char *shim_header(CURL *handle, const char *name) {
#if LIBCURL_VERSION_NUM >= 0x075300
    struct curl_header *header = NULL;
    if (curl.easy_header(handle, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK) return header->value;
#endif
    return NULL;
}

void *shim_private(CURL *handle) {
    char *pointer = NULL;
    curl.easy_getinfo(handle, CURLINFO_PRIVATE, &pointer);
    return pointer;
}

CURL *shim_next_ended(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl.multi_info_read(multi, &left))) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}

int shim_listen(int *port) {
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

int shim_accept(int listener, CURL *handle) {
    struct sockaddr_in address;
    long port = 0;
    int connection;
    if (curl.easy_getinfo(handle, CURLINFO_LOCAL_PORT, &port) != CURLE_OK || port <= 0) return -1;
    for (;;) {
        socklen_t length = sizeof(address);
        connection = accept4(listener, (struct sockaddr *)&address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (connection < 0 || ntohs(address.sin_port) == port) return connection;
        close(connection);
    }
}
