package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// servers are the scripted servers of one scenario.
type servers struct {
	listeners map[string]net.Listener
	tls       *tls.Config
	running   sync.WaitGroup
	ctx       context.Context // ends when the scenario does
	end       context.CancelFunc

	mu       sync.Mutex
	routes   map[string]route
	arrivals []arrival
	conns    map[net.Conn]struct{}
}

// startServers listens for every origin.
func startServers(config *tls.Config) (*servers, error) {
	s := &servers{listeners: map[string]net.Listener{}, tls: config, conns: map[net.Conn]struct{}{}}
	s.ctx, s.end = context.WithCancel(context.Background())
	for _, key := range keys {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			s.stop()
			return nil, err
		}
		s.listeners[key] = l
		s.running.Go(func() { s.accept(key, l) })
	}
	return s, nil
}

func (s *servers) ports() map[string]int {
	ports := map[string]int{}
	for key, l := range s.listeners {
		ports[key] = l.Addr().(*net.TCPAddr).Port
	}
	return ports
}

// stop ends the servers and their connections.
func (s *servers) stop() {
	s.end()
	for _, l := range s.listeners {
		_ = l.Close()
	}
	s.mu.Lock()
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.running.Wait()
}

// begin sets the routes of a step and forgets the requests before it.
func (s *servers) begin(routes map[string]route) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.routes, s.arrivals = routes, nil
}

// arrived returns the requests of the step so far. If there are fewer than
// expected, it waits a little: an aborted request may still be on its way.
func (s *servers) arrived(expected int) []arrival {
	for range 20 {
		s.mu.Lock()
		all := slices.Clone(s.arrivals)
		s.mu.Unlock()
		if len(all) >= expected {
			return all
		}
		s.pause(10 * time.Millisecond)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.arrivals)
}

func (s *servers) accept(key string, l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[c] = struct{}{}
		s.mu.Unlock()
		s.running.Go(func() {
			s.serve(key, c)
			_ = c.Close()
			s.mu.Lock()
			delete(s.conns, c)
			s.mu.Unlock()
		})
	}
}

// serve answers the requests of a connection until one of them ends it.
func (s *servers) serve(key string, c net.Conn) {
	if isSecure(key) {
		c = tls.Server(c, s.tls)
	}
	r := bufio.NewReader(c)
	for {
		a, err := readRequest(r)
		if err != nil {
			return
		}
		a.Origin = key
		reply := s.note(&a)
		if !s.write(c, a, reply) {
			return
		}
	}
}

var errNotHTTP = errors.New("not an HTTP request")

// readRequest reads one request as it is on the wire, a byte for a character.
func readRequest(r *bufio.Reader) (arrival, error) {
	line, err := readLine(r)
	if err != nil {
		return arrival{}, err
	}
	parts := strings.Split(line, " ")
	if len(parts) != 3 || !strings.HasPrefix(parts[2], "HTTP/1.") {
		return arrival{}, errNotHTTP
	}
	a := arrival{Kind: "actual", Method: parts[0], Path: parts[1]}
	for {
		line, err := readLine(r)
		if err != nil {
			return arrival{}, err
		}
		if line == "" {
			break
		}
		name, value, _ := strings.Cut(line, ":")
		a.Headers = append(a.Headers, [2]string{name, strings.Trim(value, " \t")})
	}
	if _, asks := a.header("Access-Control-Request-Method"); asks && a.Method == http.MethodOptions {
		a.Kind = "preflight"
	}
	a.Body, err = readBody(r, a)
	return a, err
}

func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	return latin1(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")), err
}

func (a arrival) header(name string) (string, bool) {
	for _, h := range a.Headers {
		if strings.EqualFold(h[0], name) {
			return h[1], true
		}
	}
	return "", false
}

func readBody(r *bufio.Reader, a arrival) (string, error) {
	if coding, _ := a.header("Transfer-Encoding"); strings.EqualFold(coding, "chunked") {
		b, err := readChunks(r)
		return string(b), err
	}
	length, ok := a.header("Content-Length")
	if !ok {
		return "", nil
	}
	n, err := strconv.ParseInt(length, 10, 32)
	if err != nil {
		return "", err
	}
	b := make([]byte, n)
	_, err = io.ReadFull(r, b)
	return string(b), err
}

func readChunks(r *bufio.Reader) ([]byte, error) {
	var all []byte
	for {
		line, err := readLine(r)
		if err != nil {
			return nil, err
		}
		n, err := strconv.ParseInt(line, 16, 32)
		if err != nil {
			return nil, err
		}
		chunk := make([]byte, n+2) // and its line end
		if _, err := io.ReadFull(r, chunk); err != nil {
			return nil, err
		}
		if n == 0 {
			return all, nil
		}
		all = append(all, chunk[:n]...)
	}
}

// note keeps the request, and finds what to answer.
func (s *servers) note(a *arrival) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.routes[a.Origin+a.Path]
	reply := r.Actual
	_, authorized := a.header("Authorization")
	switch {
	case a.Kind == "preflight":
		reply = r.Preflight
	case authorized && r.Authorized != nil:
		reply = r.Authorized
	}
	if reply == nil {
		a.Unscripted = true
		reply = &answer{Status: http.StatusNotFound}
	}
	s.arrivals = append(s.arrivals, *a)
	return reply
}

// write sends an answer, and reports whether the connection goes on.
func (s *servers) write(c net.Conn, a arrival, reply *answer) bool {
	switch {
	case reply.Raw != nil:
		send(c, bytesOf(*reply.Raw))
		return false
	case reply.Close == "head":
		return false
	case reply.Hang == "head":
		s.hang(c)
		return false
	}
	body := reply.Body
	if a.Method == http.MethodHead || reply.Status == http.StatusNoContent || reply.Status == http.StatusNotModified {
		body = ""
	}
	half := len(body) / 2
	if reply.BodyDelay == 0 && reply.Close == "" && reply.Hang == "" {
		half = len(body)
	}
	send(c, append(reply.head(), body[:half]...))
	switch {
	case reply.Hang == "body":
		s.hang(c)
		return false
	case reply.Close == "body":
		s.pause(reply.delay())
		return false
	case half < len(body):
		s.pause(reply.delay())
		send(c, []byte(body[half:]))
	}
	return true
}

// delay is how long to wait after half of the body.
func (a *answer) delay() time.Duration {
	if a.BodyDelay > 0 {
		return time.Duration(a.BodyDelay) * time.Millisecond
	}
	return 60 * time.Millisecond
}

// head is the status line and the header.
func (a *answer) head() []byte {
	reason := a.phrase()
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", a.Status, reason)
	framed := a.Status == http.StatusNoContent || a.Status == http.StatusNotModified
	for _, h := range a.Headers {
		framed = framed || strings.EqualFold(h[0], "Content-Length") || strings.EqualFold(h[0], "Transfer-Encoding")
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	if !framed {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(a.Body))
	}
	b.WriteString("\r\n")
	return bytesOf(b.String())
}

// phrases are those that the recording servers had and net/http words otherwise.
var phrases = map[int]string{
	http.StatusRequestEntityTooLarge:        "Payload Too Large",
	http.StatusRequestedRangeNotSatisfiable: "Range Not Satisfiable",
	http.StatusTeapot:                       "I'm a Teapot",
}

// phrase is the reason phrase.
func (a *answer) phrase() string {
	if a.Reason != nil {
		return *a.Reason
	}
	for _, phrase := range []string{phrases[a.Status], http.StatusText(a.Status)} {
		if phrase != "" {
			return phrase
		}
	}
	return "Unknown"
}

// send writes; a browser that has gone away needs no answer.
func send(c net.Conn, b []byte) { _, _ = c.Write(b) }

// hang waits until the browser gives up, or the scenario ends.
func (s *servers) hang(c net.Conn) {
	stop := context.AfterFunc(s.ctx, func() { _ = c.Close() })
	defer stop()
	_, _ = io.Copy(io.Discard, c)
}

func (s *servers) pause(d time.Duration) {
	select {
	case <-time.After(d):
	case <-s.ctx.Done():
	}
}

// bytesOf writes one byte for each character.
func bytesOf(s string) []byte {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xff { // a text that is meant to be UTF-8
			b = append(b, string(r)...)
			continue
		}
		b = append(b, byte(r))
	}
	return b
}

// latin1 reads one character for each byte.
func latin1(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}
