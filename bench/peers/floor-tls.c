/*
 * The floor under TLS: what the kernel and libssl cost, as an ordinary server uses them. One thread, one epoll, SSL_set_fd,
 * SSL_read and SSL_write a request, no parsing at all: the end of each head is looked for, and each is answered with the
 * same bytes. Usage: floor-tls PORT FILE CERTIFICATE KEY
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EVENTS = 256, MOST_PIPELINED = 16, MOST_SOCKETS = 65536 };

static char input[64 * 1024];
static char *replies;
static size_t reply_length;
static SSL *sessions[MOST_SOCKETS];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void make_reply(const char *path)
{
    struct stat facts;
    int file = open(path, O_RDONLY);
    if (file < 0 || fstat(file, &facts) < 0) fail(path);
    char head[256];
    int head_length = snprintf(head, sizeof head,
        "HTTP/1.1 200 OK\r\nServer: floor\r\nContent-Length: %lld\r\nContent-Type: text/html\r\n\r\n",
        (long long)facts.st_size);
    reply_length = (size_t)head_length + (size_t)facts.st_size;
    replies = malloc(reply_length * MOST_PIPELINED);
    if (replies == NULL) fail("malloc");
    memcpy(replies, head, (size_t)head_length);
    if (read(file, replies + head_length, (size_t)facts.st_size) != facts.st_size) fail(path);
    for (int i = 1; i < MOST_PIPELINED; i++) memcpy(replies + (size_t)i * reply_length, replies, reply_length);
    close(file);
}

static int count_heads(size_t length)
{
    int count = 0;
    char *at = input, *end = input + length;
    while ((at = memmem(at, (size_t)(end - at), "\r\n\r\n", 4)) != NULL) {
        count++;
        at += 4;
    }
    return count;
}

static int serve(SSL *session)
{
    for (;;) {
        int length = SSL_read(session, input, sizeof input);
        if (length <= 0) return SSL_get_error(session, length) == SSL_ERROR_WANT_READ;
        int count = count_heads((size_t)length);
        int bytes = (int)((size_t)count * reply_length);
        if (count > MOST_PIPELINED || (count > 0 && SSL_write(session, replies, bytes) != bytes)) return 0;
    }
}

static SSL_CTX *make_context(const char *certificate, const char *key)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1
        || SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) fail("certificate");
    return context;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: floor-tls PORT FILE CERTIFICATE KEY\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    make_reply(argv[2]);
    SSL_CTX *context = make_context(argv[3], argv[4]);
    int one = 1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1])) };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
    if (listen(listener, 4096) < 0) fail("listen");
    int epoll = epoll_create1(0);
    struct epoll_event event = { .events = EPOLLIN, .data.fd = listener }, events[EVENTS];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd != listener) {
                if (!serve(sessions[fd])) {
                    SSL_free(sessions[fd]);
                    close(fd);
                }
                continue;
            }
            while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                if (fd >= MOST_SOCKETS) fail("too many");
                sessions[fd] = SSL_new(context);
                SSL_set_fd(sessions[fd], fd);
                SSL_set_accept_state(sessions[fd]);
                event.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
                event.data.fd = fd;
                epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
            }
        }
    }
}
