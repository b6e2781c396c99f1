package wire_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"

	"github.com/corsage-go/corsage/agent/wire"
)

// A request is sent as it is spelled, and the answer comes back as it was sent.
func ExampleClient_RoundTrip() {
	addr, stop := serveOnce("http/1.1 200 fine\nX-oNe: caf\xe9\nContent-Length: 2\n\nok")
	defer stop()
	client := &wire.Client{}
	defer client.Close()

	resp, err := client.RoundTrip(context.Background(), &wire.Request{
		Method: "GET", Scheme: "http", Host: addr, Target: "/albums?page=2",
		Header: []wire.Field{{Name: "accept", Value: "*/*"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	fmt.Printf("%d %s %q %s %v\n", resp.Status, resp.Reason, resp.Header[0], body, err)
	// Output: 200 fine {"X-oNe" "caf\xe9"} ok <nil>
}

// What went wrong is a value to switch on, also when it goes wrong in the body.
func ExampleKindOf() {
	addr, stop := serveOnce("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot so much")
	defer stop()
	client := &wire.Client{}
	defer client.Close()

	resp, err := client.RoundTrip(context.Background(), &wire.Request{Method: "GET", Scheme: "http", Host: addr, Target: "/"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	switch _, err := io.ReadAll(resp.Body); wire.KindOf(err) {
	case wire.LengthMismatch:
		fmt.Println("cut off:", wire.KindOf(err).Chromium())
	default:
		fmt.Println(err)
	}
	// Output: cut off: net::ERR_CONTENT_LENGTH_MISMATCH
}

// Progress of an upload is reported as it is handed to the kernel.
func ExampleTrace() {
	addr, stop := serveOnce("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
	defer stop()
	client := &wire.Client{}
	defer client.Close()

	photo := strings.NewReader("not really a photo")
	sent := int64(0)
	resp, err := client.RoundTrip(context.Background(), &wire.Request{
		Method: "POST", Scheme: "http", Host: addr, Target: "/photos", Body: photo, Length: photo.Size(),
		Trace: &wire.Trace{WroteBody: func(n int64) {
			sent += n
			fmt.Println("sent", sent, "of", photo.Size())
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	resp.Body.Close()
	fmt.Println(resp.Status)
	// Output:
	// sent 18 of 18
	// 201
}

// Names go where the caller says, as with curl's --resolve.
func ExampleClient_resolve() {
	addr, stop := serveOnce("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	defer stop()
	hosts := map[string]netip.Addr{"data.example": netip.MustParseAddr("127.0.0.1")}
	client := &wire.Client{Resolve: func(_ context.Context, host string) ([]netip.Addr, error) {
		if a, ok := hosts[host]; ok {
			return []netip.Addr{a}, nil
		}
		return nil, fmt.Errorf("%s is not in the table", host)
	}}
	defer client.Close()

	_, port, _ := net.SplitHostPort(addr)
	for _, host := range []string{"data.example:" + port, "other.example"} {
		resp, err := client.RoundTrip(context.Background(), &wire.Request{Method: "GET", Scheme: "http", Host: host, Target: "/"})
		if err != nil {
			fmt.Println(wire.KindOf(err))
			continue
		}
		resp.Body.Close()
		fmt.Println(resp.Status)
	}
	// Output:
	// 200
	// resolve
}

// serveOnce answers one request with these bytes.
func serveOnce(raw string) (addr string, stop func()) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		nc, err := l.Accept()
		if err != nil {
			return
		}
		defer nc.Close()
		newPeer(nc).head()
		_, _ = io.WriteString(nc, raw)
	}()
	return l.Addr().String(), func() { l.Close() }
}
