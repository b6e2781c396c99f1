//go:build unix

package agent_test

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/xhr"
)

// A variable that makes the test binary a server for benchmarks.
const benchServer = "CORSAGE_TEST_ALBUMS"

// The test binary is that server before it can be anything else.
func init() {
	if os.Getenv(benchServer) == "" {
		return
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("http://" + l.Addr().String())
	go func() { // until whoever has started it is gone
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	mux := http.NewServeMux()
	mux.HandleFunc("/albums", albums)
	mux.HandleFunc("/large", large)
	_ = http.Serve(l, mux) //nolint:gosec // it serves the benchmarks
	os.Exit(1)
}

// serveApart starts a server of albums in a process of its own, and returns its
// origin.
func serveApart(b *testing.B) string {
	b.Helper()
	self, err := os.Executable()
	must(b, err)
	process := exec.Command(self)
	process.Env = append(os.Environ(), benchServer+"=1")
	in, err := process.StdinPipe()
	must(b, err)
	out, err := process.StdoutPipe()
	must(b, err)
	must(b, process.Start())
	b.Cleanup(func() {
		_ = in.Close() // which ends it
		_ = process.Wait()
	})
	origin, err := bufio.NewReader(out).ReadString('\n')
	must(b, err)
	return strings.TrimSpace(origin)
}

// cost is the CPU time and the allocations of this process.
type cost struct {
	cpu    time.Duration
	allocs uint64
}

func (c *cost) add(b *testing.B, turn func()) {
	before := costs(b)
	turn()
	after := costs(b)
	c.cpu += after.cpu - before.cpu
	c.allocs += after.allocs - before.allocs
}

func costs(b *testing.B) cost {
	var u syscall.Rusage
	must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return cost{time.Duration(u.Utime.Nano() + u.Stime.Nano()), m.Mallocs}
}

// peakMiB is the largest resident memory of this process so far.
func peakMiB(b *testing.B) float64 {
	var u syscall.Rusage
	must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	unit := 1 << 10
	if runtime.GOOS == "darwin" {
		unit = 1 // which counts bytes
	}
	return float64(u.Maxrss) * float64(unit) / (1 << 20)
}

// A GET of a page costs at most 1.3 times the CPU time and 1.5 times the
// allocations of one of http.Client that is read to its end. The server is a
// process of its own, asked in turns; what is counted is this process with all
// that the kernel does for it. What is reported: microseconds of CPU a request,
// and both ratios.
func BenchmarkGetCPU(b *testing.B) {
	const turn = 200 // long enough to be measured, short enough to share the machine's moods
	origin := serveApart(b)
	url := origin + "/albums?limit=50"
	client := &http.Client{Transport: &http.Transport{}}
	b.Cleanup(client.CloseIdleConnections)
	bare := func() {
		for range turn {
			resp, err := client.Get(url)
			must(b, err)
			_, err = io.ReadAll(resp.Body)
			must(b, err)
			_ = resp.Body.Close() // read to its end
		}
	}
	for name, at := range map[string]string{"cross-origin": "http://app.example/", "same-origin": origin + "/page"} {
		b.Run(name, func(b *testing.B) {
			page := newPage(b, agent.Options{}, at)
			ours := func() {
				for range turn {
					getAlbums(b, page, url)
				}
			}
			bare()
			ours()
			var theirCost, ourCost cost
			for b.Loop() {
				theirCost.add(b, bare)
				ourCost.add(b, ours)
			}
			requests := float64(turn * b.N)
			b.ReportMetric(float64(theirCost.cpu.Microseconds())/requests, "http.Client-us")
			b.ReportMetric(float64(ourCost.cpu.Microseconds())/requests, "page-us")
			b.ReportMetric(float64(ourCost.cpu)/float64(theirCost.cpu), "cpu-ratio")
			b.ReportMetric(float64(ourCost.allocs)/float64(theirCost.allocs), "allocs-ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// getAlbums is one GET, read to its end.
func getAlbums(b *testing.B, page *agent.Page, url string) {
	x := page.XHR()
	must(b, x.Open("GET", url))
	res, err := x.Do(context.Background(), nil)
	must(b, err)
	if len(res.Bytes()) != len(albumList) {
		b.Fatalf("%d bytes of %d", len(res.Bytes()), len(albumList))
	}
}

// large is what a server answers that takes uploads of any size, and sends as many
// zeros as the query asks for.
func large(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	if r.Method == http.MethodPost {
		_, _ = io.Copy(io.Discard, r.Body)
		return
	}
	n, err := strconv.ParseInt(r.URL.RawQuery, 10, 64)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Length", r.URL.RawQuery)
	_, _ = io.CopyN(w, zeroReader{}, n)
}

// largeBytes is how much goes over the network in one round of BenchmarkLarge: as
// many MiB as CORSAGE_BENCH_MIB says, 256 without it.
func largeBytes(b *testing.B) int64 {
	text := cmp.Or(os.Getenv("CORSAGE_BENCH_MIB"), "256")
	mib, err := strconv.ParseInt(text, 10, 32)
	if err != nil || mib <= 0 {
		b.Fatalf("CORSAGE_BENCH_MIB=%q is no number of MiB; set it to 4096 for 4 GiB", text)
	}
	return mib << 20
}

// An upload and a download of any size run at no less than 0.9 times the speed of
// http.Client, and in little memory. The server is a process of its own; peak-MiB
// is the largest resident memory of this one so far.
func BenchmarkLarge(b *testing.B) {
	size := largeBytes(b)
	origin := serveApart(b)
	address := origin + "/large?" + strconv.FormatInt(size, 10)
	client := &http.Client{Transport: &http.Transport{}}
	b.Cleanup(client.CloseIdleConnections)
	page := newPage(b, agent.Options{}, "http://app.example/")
	file := xhr.NewBlobFrom(size, "", zeros(size).open)
	large := func(b *testing.B, name string, round func() error) { runLarge(b, name, size, round) }

	large(b, "download/http.Client", func() error {
		resp, err := client.Get(address)
		if err != nil {
			return err
		}
		defer resp.Body.Close() //nolint:errcheck // read to its end
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	})
	large(b, "download/page", func() error {
		x := page.XHR()
		x.DownloadTo(io.Discard)
		if err := x.Open("GET", address); err != nil {
			return err
		}
		_, err := x.Do(b.Context(), nil)
		return err
	})
	large(b, "download/page with progress", func() error {
		x := page.XHR()
		x.DownloadTo(io.Discard)
		x.On(xhr.EventProgress, func(agent.Event) {})
		if err := x.Open("GET", address); err != nil {
			return err
		}
		if err := x.Send(b.Context(), nil); err != nil {
			return err
		}
		_, err := x.Wait(b.Context())
		return err
	})
	large(b, "upload/http.Client", func() error {
		body, err := file.Open()
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, address, body)
		if err != nil {
			return err
		}
		req.ContentLength = size
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		return resp.Body.Close()
	})
	large(b, "upload/page", func() error {
		x := page.XHR()
		if err := x.Open("POST", address); err != nil {
			return err
		}
		_, err := x.Do(b.Context(), file)
		return err
	})
	large(b, "upload/page with progress", func() error {
		x := page.XHR()
		x.Upload().On(xhr.EventProgress, func(agent.Event) {})
		if err := x.Open("POST", address); err != nil {
			return err
		}
		_, err := x.Do(b.Context(), file)
		return err
	})
}

func runLarge(b *testing.B, name string, size int64, round func() error) {
	b.Run(name, func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			if err := round(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(peakMiB(b), "peak-MiB")
	})
}
