package agent

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/corsage-go/corsage/agent/weburl"
)

// check finds what is wrong with the options that name hosts: a name that no
// request has would never be looked for. All problems are in the error.
func (o *Options) check() error {
	var problems []error
	for _, key := range slices.Sorted(maps.Keys(o.Handlers)) {
		problems = append(problems, handlerProblem(key, o.Handlers[key]))
	}
	for _, key := range slices.Sorted(maps.Keys(o.Resolve)) {
		problems = append(problems, resolveProblem(key, o.Resolve[key]))
	}
	return errors.Join(problems...)
}

func handlerProblem(key string, h http.Handler) error {
	place := fmt.Sprintf("agent.Options.Handlers[%q]", key)
	switch right := nameOfServer(key); {
	case right == "":
		return fmt.Errorf("%s: this is neither an origin nor a host; write it as \"https://api.example\" or \"api.example:8080\"", place)
	case right != key:
		return fmt.Errorf("%s: no request is for a server of this spelling; write it as %q", place, right)
	case h == nil:
		return fmt.Errorf("%s: the handler is nil; leave the key out, and the name has no address", place)
	}
	return nil
}

// nameOfServer is how requests say an origin, or a host with its port; "" for what
// is neither.
func nameOfServer(key string) string {
	if strings.Contains(key, "://") {
		u, err := weburl.Parse(key)
		if err != nil || !u.IsHTTP() {
			return ""
		}
		return u.OriginString()
	}
	host := ""
	for _, scheme := range [...]string{"http", "https"} { // each has a port that is left out
		u, err := weburl.Parse(scheme + "://" + key)
		if err != nil || u.Host() == "" {
			return ""
		}
		if host = u.Host(); host == key {
			break
		}
	}
	return host
}

func resolveProblem(key, to string) error {
	place := fmt.Sprintf("agent.Options.Resolve[%q]", key)
	if right := nameOfServer(key); key != "*" && (right != key || strings.Contains(key, "://")) && !isHostPort(key) {
		return fmt.Errorf("%s: no request is for a host of this spelling; write a host in lower case, \"host:port\", or \"*\" for all others", place)
	}
	if to == "" || strings.ContainsAny(to, "/ ") {
		return fmt.Errorf("%s: %q is no address to connect to; write one as \"127.0.0.1\" or \"127.0.0.1:8401\"", place, to)
	}
	return nil
}

// isHostPort reports whether a key has a host as requests say it and any port,
// also one that they would leave out.
func isHostPort(key string) bool {
	host, port, err := net.SplitHostPort(key)
	if err != nil || port == "" || strings.Trim(port, "0123456789") != "" {
		return false
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return nameOfServer(host) == host
}
