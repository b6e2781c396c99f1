package main

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/corsage-go/corsage/album/albumhttp"
)

// requestIDHeader carries the ID of a request in its answer. The same ID is on
// every line of the log that has to do with the request.
const requestIDHeader = "X-Request-Id"

// accessLog writes a line for each request: what was asked for and how it was
// answered. Addresses of albums and photos are left out, since knowing one may
// be what lets somebody in; so are query, cookies and Authorization.
type accessLog struct {
	log  *slog.Logger
	site string // which of the program's sites this is
}

func (l accessLog) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := &loggedResponse{ResponseWriter: w, begin: time.Now()}
		id := rand.Text()[:requestIDLength]
		r = r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id))
		w.Header().Set(requestIDHeader, id)
		defer l.write(r, a) // after a panic too, with status 0
		next.ServeHTTP(a, r)
		a.finish()
	})
}

// requestIDLength keeps 80 random bits, in base 32.
const requestIDLength = 16

func (l accessLog) write(r *http.Request, a *loggedResponse) {
	level := slog.LevelInfo
	if a.status >= http.StatusInternalServerError {
		level = slog.LevelWarn
	}
	l.log.LogAttrs(r.Context(), level, "request",
		slog.String("site", l.site),
		slog.String("method", method(r)),
		slog.String("route", route(r)),
		slog.Int("status", a.status),
		slog.Float64("ms", float64(time.Since(a.begin).Microseconds())/1000),
		slog.Int64("bytes", a.bytes),
	)
}

// method returns the request's method if it is one that is in use, since a
// client can make one up of any length.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}

// route names what kind of address was asked for.
func route(r *http.Request) string {
	if r.Pattern != "" {
		return r.Pattern
	}
	return albumhttp.Target(r).Kind.String()
}

// loggedResponse is a ResponseWriter that notes what is answered.
type loggedResponse struct {
	http.ResponseWriter
	begin  time.Time
	status int // 0 until it is known
	bytes  int64
}

// Unwrap lets http.ResponseController find what it needs.
func (a *loggedResponse) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (a *loggedResponse) WriteHeader(status int) {
	if a.status == 0 && status >= http.StatusOK {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// finish notes what the server makes of an answer that names no status.
func (a *loggedResponse) finish() {
	if a.status == 0 {
		a.status = http.StatusOK
	}
}

// Write implements http.ResponseWriter.
func (a *loggedResponse) Write(p []byte) (int, error) {
	a.finish() // before the first byte, the status is said or 200
	n, err := a.ResponseWriter.Write(p)
	a.bytes += int64(n)
	return n, err
}

// ReadFrom lets the system copy files to the connection by itself.
func (a *loggedResponse) ReadFrom(r io.Reader) (int64, error) {
	a.finish() // before the first byte, the status is said or 200
	n, err := io.Copy(a.ResponseWriter, r)
	a.bytes += n
	return n, err
}
