/*
 * The floor: what the kernel costs. One thread, one epoll, one recv and one send a request, no parsing at all: the end of
 * each head is looked for, and each is answered with the same bytes, head and body made at the start. Nothing that serves
 * HTTP can be much cheaper on the same kernel interface. Usage: floor PORT FILE [PROCESSES]
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EVENTS = 256, MOST_PIPELINED = 64 };

static char input[64 * 1024];
static char *replies; /* the same reply, MOST_PIPELINED times */
static size_t reply_length;

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

static int serve(int client)
{
    ssize_t length = recv(client, input, sizeof input, 0);
    if (length < 0 && errno == EAGAIN) return 1;
    if (length <= 0) return 0;
    int count = count_heads((size_t)length);
    size_t bytes = (size_t)count * reply_length;
    return count <= MOST_PIPELINED && send(client, replies, bytes, MSG_NOSIGNAL) == (ssize_t)bytes;
}

int main(int argc, char **argv)
{
    if (argc != 3 && argc != 4) {
        fprintf(stderr, "usage: floor PORT FILE [PROCESSES]\n");
        return 2;
    }
    make_reply(argv[2]);
    for (int others = argc == 4 ? atoi(argv[3]) - 1 : 0; others > 0; others--) {
        if (fork() > 0) continue;
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        break;
    }
    int one = 1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1])) };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
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
                if (!serve(fd)) close(fd);
                continue;
            }
            while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                event.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
                event.data.fd = fd;
                epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
            }
        }
    }
}
