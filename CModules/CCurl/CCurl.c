#define _GNU_SOURCE
#define CURL_DISABLE_TYPECHECK
#include "CCurl.h"

#include <pthread.h>
#include <sys/socket.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static CURLcode begun;

static void begin(void) { begun = curl_global_init(CURL_GLOBAL_DEFAULT); }

CURLcode plaudit_curl_begin(void) {
    pthread_once(&once, begin);
    return begun;
}

int plaudit_curl_is_capable(void) {
    int wanted = CURL_VERSION_SSL | CURL_VERSION_ASYNCHDNS;
    const curl_version_info_data *version = curl_version_info(CURLVERSION_NOW);
    return version != NULL && version->version_num >= 0x075800 && (version->features & wanted) == wanted;
}

CURL *plaudit_curl_make(void) { return curl_easy_init(); }

void plaudit_curl_destroy(CURL *easy) { curl_easy_cleanup(easy); }

CURLcode plaudit_curl_set_number(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

CURLcode plaudit_curl_set_size(CURL *easy, CURLoption option, int64_t value) {
    return curl_easy_setopt(easy, option, (curl_off_t)value);
}

CURLcode plaudit_curl_set_text(CURL *easy, CURLoption option, const char *text) {
    return curl_easy_setopt(easy, option, text);
}

CURLcode plaudit_curl_set_body(CURL *easy, const void *bytes, size_t byteCount) {
    if (bytes == NULL) {
        // A copied body is given back only by setting another pointer.
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, NULL);
        return curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)0);
    }
    // The size comes first: it says how much is copied.
    CURLcode code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)byteCount);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, bytes);
}

CURLcode plaudit_curl_set_headers(CURL *easy, struct curl_slist *headers) {
    return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
}

CURLcode plaudit_curl_set_message_buffer(CURL *easy, char *buffer) {
    return curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, buffer);
}

CURLcode plaudit_curl_set_receivers(CURL *easy, plaudit_curl_receiver head, plaudit_curl_receiver body, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, head);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_PRIVATE, context);
    return code;
}

CURLcode plaudit_curl_set_sockets(CURL *easy, curl_opensocket_callback opener, curl_closesocket_callback closer,
                                  void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, opener);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, closer);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, context);
    return code;
}

// A socket that a child process inherited would stay open after the transfer was given up.
curl_socket_t plaudit_curl_open(const struct curl_sockaddr *address) {
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

long plaudit_curl_status(CURL *easy) {
    long status = 0;
    return curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK ? status : 0;
}

int64_t plaudit_curl_connect_microseconds(CURL *easy) {
    curl_off_t handshake = 0, connection = 0;
    curl_easy_getinfo(easy, CURLINFO_APPCONNECT_TIME_T, &handshake);
    curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connection);
    return handshake > 0 ? handshake : connection;
}

struct curl_slist *plaudit_curl_append(struct curl_slist *list, const char *line) {
    return curl_slist_append(list, line);
}

void plaudit_curl_free(struct curl_slist *list) { curl_slist_free_all(list); }

CURLM *plaudit_curl_multi_make(void) { return curl_multi_init(); }

// None of the four can fail: each only stores what it is given.
void plaudit_curl_multi_observe(CURLM *multi, plaudit_curl_socket_observer socket, plaudit_curl_timer_observer timer,
                                void *context) {
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
}

void plaudit_curl_multi_destroy(CURLM *multi) { curl_multi_cleanup(multi); }

CURLMcode plaudit_curl_multi_set_number(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

CURLMcode plaudit_curl_multi_add(CURLM *multi, CURL *easy) { return curl_multi_add_handle(multi, easy); }

void plaudit_curl_multi_remove(CURLM *multi, CURL *easy) { curl_multi_remove_handle(multi, easy); }

void plaudit_curl_multi_act(CURLM *multi, curl_socket_t socket, int events) {
    int running = 0;
    curl_multi_socket_action(multi, socket, events, &running);
}

void plaudit_curl_multi_act_on_time(CURLM *multi) {
    int running = 0;
    curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
}

void *plaudit_curl_next_ended(CURLM *multi, CURLcode *outcome) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        char *context = NULL;
        *outcome = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &context);
        if (context != NULL) return context;
    }
    return NULL;
}
