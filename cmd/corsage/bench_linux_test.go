package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/corsage-go/corsage/album"
)

// BenchmarkService compares the CPU time that the service takes for a request
// with that of a bare net/http handler which does the least that could be called
// the same: each is a process of its own, asked over loopback in turns.
//
// A request is counted with all that the kernel does for its server; the client
// is not counted. What is reported: the service's and the bare handler's
// microseconds of CPU a request, and their ratio.
func BenchmarkService(b *testing.B) {
	world := plantBench(b)
	for _, row := range []struct {
		name string
		ask  func(n int) benchRequest
	}{
		{"list of 50 albums", func(int) benchRequest { return benchRequest{"GET", "/albums?limit=50", nil} }},
		{"one album", func(int) benchRequest { return benchRequest{"GET", "/albums/" + world.album, nil} }},
		{"durable create", func(n int) benchRequest {
			return benchRequest{"POST", "/albums", []byte(fmt.Sprintf(`{"name":"Made %d"}`, n))}
		}},
		{"album preflight", func(int) benchRequest { return benchRequest{"OPTIONS", "/albums/" + world.album, nil} }},
	} {
		b.Run(row.name, func(b *testing.B) {
			bare, service := startBench(b, world, "bare"), startBench(b, world, "service")
			made := 0
			for b.Loop() {
				for range 20 { // turns long enough to be measured, short enough to share the machine's moods
					made++
					bare.do(b, world, row.ask(made))
				}
				for range 20 {
					made++
					service.do(b, world, row.ask(made))
				}
			}
			reportShares(b, bare, service, float64(20*b.N), "us")
		})
	}
}

// BenchmarkServiceUpload sends one large photo (a JPEG header and padding) and
// compares CPU a MiB; peak is the service's largest resident memory.
func BenchmarkServiceUpload(b *testing.B) {
	const mib = 1024
	world := plantBench(b)
	bare, service := startBench(b, world, "bare"), startBench(b, world, "service")
	n := 0
	for b.Loop() {
		n++
		path := fmt.Sprintf("/albums/%s/photos/large%d.jpg", world.album, n)
		bare.put(b, world, path, largePhoto(b, mib<<20))
		service.put(b, world, path, largePhoto(b, mib<<20))
	}
	reportShares(b, bare, service, float64(mib*b.N), "us/MiB")
	b.ReportMetric(float64(service.peak(b))/(1<<20), "peak-MiB")
}

func reportShares(b *testing.B, bare, service *benchServer, requests float64, unit string) {
	us := func(s *benchServer) float64 { return float64((s.cpu(b) - s.before).Microseconds()) / requests }
	b.ReportMetric(us(bare), "bare-"+unit)
	b.ReportMetric(us(service), "service-"+unit)
	b.ReportMetric(us(service)/us(bare), "ratio")
	b.ReportMetric(0, "ns/op")
}

// benchWorld is what both servers know, and what a page of site may do.
type benchWorld struct {
	folder, site, token, album string
}

type benchRequest struct {
	method, path string
	body         []byte
}

// plantBench makes a data folder with a person, 50 albums that one site may read
// and change, and a token for that site.
func plantBench(b *testing.B) *benchWorld {
	world := &benchWorld{folder: b.TempDir(), site: "https://guest.example"}
	must(b, withLibrary(b.Context(), world.folder, func(l *album.Library) error {
		p, err := l.AddPerson(b.Context(), "rosa", "a password of hers")
		if err != nil {
			return err
		}
		v := album.Viewer{Person: p.ID, Via: album.ViaSession, Scopes: album.AllScopes}
		rule := album.Rule{Sites: album.ChosenSites, Origins: []string{world.site}}
		for i := range 50 {
			a, _, err := l.CreateAlbum(b.Context(), v, fmt.Sprintf("Album %d", i), false)
			if err != nil {
				return err
			}
			if _, err := l.SetSharing(b.Context(), v, a.ID, album.Sharing{Read: rule, Change: rule}, album.Match{}); err != nil {
				return err
			}
			world.album = string(a.ID)
		}
		_, world.token, err = l.IssueToken(b.Context(), v, album.TokenRequest{Label: "bench", Origin: world.site, Scopes: album.AllScopes})
		return err
	}))
	return world
}

// benchServer is a server in a process of its own.
type benchServer struct {
	process *exec.Cmd
	origin  string
	before  time.Duration // CPU time it had taken when it was ready
	client  *http.Client
}

// startBench starts a server of a kind, bare or service, warms it up, and ends it
// with the benchmark.
func startBench(b *testing.B, world *benchWorld, kind string) *benchServer {
	b.Helper()
	self, err := os.Executable()
	must(b, err)
	folder := filepath.Join(b.TempDir(), "data")
	must(b, os.CopyFS(folder, os.DirFS(world.folder)))
	s := &benchServer{process: exec.Command(self), client: &http.Client{Transport: &http.Transport{}}}
	s.process.Env = append(os.Environ(), benchKind+"="+kind, benchFolder+"="+folder)
	s.process.Stderr = os.Stderr
	out, err := s.process.StdoutPipe()
	must(b, err)
	must(b, s.process.Start())
	b.Cleanup(func() {
		s.client.CloseIdleConnections()
		_ = s.process.Process.Signal(syscall.SIGTERM)
		_ = s.process.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	must(b, err)
	s.origin = strings.TrimSpace(line)
	for range 50 {
		s.do(b, world, benchRequest{"GET", "/albums/" + world.album, nil})
	}
	s.before = s.cpu(b)
	return s
}

// cpu is the CPU time that the process has taken, in all its threads.
func (s *benchServer) cpu(b *testing.B) time.Duration {
	var at unix.Timespec
	clock := int32(^s.process.Process.Pid)<<3 | 2 // the kernel's id of the CPU clock of a process
	must(b, unix.ClockGettime(clock, &at))
	return time.Duration(at.Nano())
}

// peak is the largest resident memory of the process so far, in bytes.
func (s *benchServer) peak(b *testing.B) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.process.Process.Pid))
	must(b, err)
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	var kib int64
	_, err = fmt.Sscan(after, &kib)
	must(b, err)
	return kib << 10
}

// do sends a request as a page of the world's site does.
func (s *benchServer) do(b *testing.B, world *benchWorld, ask benchRequest) {
	r, err := http.NewRequestWithContext(b.Context(), ask.method, s.origin+ask.path, bytes.NewReader(ask.body))
	must(b, err)
	r.Header.Set("Origin", world.site)
	if ask.method == http.MethodOptions {
		r.Header.Set("Access-Control-Request-Method", "PUT")
		r.Header.Set("Access-Control-Request-Headers", "authorization,content-type")
	} else {
		r.Header.Set("Authorization", "Bearer "+world.token)
	}
	if ask.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	s.finish(b, r)
}

func (s *benchServer) put(b *testing.B, world *benchWorld, path string, body io.Reader) {
	r, err := http.NewRequestWithContext(b.Context(), http.MethodPut, s.origin+path, body)
	must(b, err)
	r.ContentLength = body.(*io.LimitedReader).N
	r.Header.Set("Origin", world.site)
	r.Header.Set("Authorization", "Bearer "+world.token)
	s.finish(b, r)
}

func (s *benchServer) finish(b *testing.B, r *http.Request) {
	response, err := s.client.Do(r)
	must(b, err)
	body, err := io.ReadAll(response.Body)
	must(b, err)
	_ = response.Body.Close()
	if response.StatusCode >= 300 {
		b.Fatalf("%s %s: %s: %s", r.Method, r.URL, response.Status, body)
	}
}

// largePhoto is a JPEG of one pixel, then zeros up to size bytes.
func largePhoto(b *testing.B, size int64) io.Reader {
	var small bytes.Buffer
	must(b, jpeg.Encode(&small, image.NewGray(image.Rect(0, 0, 1, 1)), nil))
	return &io.LimitedReader{R: io.MultiReader(&small, zeros{}), N: size}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// Variables that make the test binary a server for BenchmarkService.
const (
	benchKind   = "CORSAGE_TEST_BENCH_KIND"
	benchFolder = "CORSAGE_TEST_BENCH_FOLDER"
)

// The test binary is the server before it can be anything else.
func init() {
	if os.Getenv(benchKind) != "" {
		serveBench()
		os.Exit(0)
	}
}

// serveBench is the process that startBench starts: it prints its origin and
// serves until it is told to end.
func serveBench() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	serve := serveBare
	if os.Getenv(benchKind) == "service" {
		serve = serveWhole
	}
	if err := serve(ctx, os.Getenv(benchFolder)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serveWhole(ctx context.Context, folder string) error {
	var g grammar
	con := console{out: io.Discard, err: os.Stderr}
	parser, err := newParser(&g, con)
	if err != nil {
		return err
	}
	if _, err := parser.Parse([]string{"serve", "--data", folder, "--listen", "127.0.0.1:0", "--log-level", "error", "--max-photo-bytes", "2GiB"}); err != nil {
		return err
	}
	s := newService(&g.Serve, con)
	if err := s.Open(ctx); err != nil {
		return err
	}
	fmt.Println(s.sites[0].origin)
	<-ctx.Done()
	return s.Close(context.Background())
}

// serveBare does what the rows ask for as a handler without any service would:
// rows from memory as JSON, a file and its fsync for what is stored.
func serveBare(ctx context.Context, folder string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: bareHandler(folder), ReadHeaderTimeout: time.Minute}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	fmt.Println("http://" + listener.Addr().String())
	if err := server.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	return nil
}

type bareAlbum struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Created time.Time `json:"created"`
	Updated time.Time `json:"updated"`
	Photos  int       `json:"photos"`
	Cover   *string   `json:"cover"`
	Own     bool      `json:"own"`
}

func bareHandler(folder string) http.Handler {
	rows := make([]bareAlbum, 50)
	for i := range rows {
		rows[i] = bareAlbum{ID: "01m83vk2mwnw92sjt4vtgqrnrn", Name: fmt.Sprintf("Album %d", i), Created: time.Now(), Updated: time.Now(), Own: true}
	}
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /albums", func(w http.ResponseWriter, _ *http.Request) { answer(w, map[string]any{"albums": rows}) })
	mux.HandleFunc("GET /albums/{id}", func(w http.ResponseWriter, _ *http.Request) { answer(w, rows[0]) })
	mux.HandleFunc("OPTIONS /albums/{id}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "https://guest.example")
		w.Header().Set("Access-Control-Allow-Methods", "PUT, DELETE")
		w.Header().Set("Access-Control-Allow-Headers", "authorization, content-type")
		w.Header().Set("Vary", "Origin")
		w.WriteHeader(http.StatusNoContent)
	})
	stored := 0
	store := func(w http.ResponseWriter, r *http.Request) {
		stored++
		if err := writeDurably(filepath.Join(folder, fmt.Sprint("bare", stored)), r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusCreated)
		answer(w, rows[0])
	}
	mux.HandleFunc("POST /albums", store)
	mux.HandleFunc("PUT /albums/{id}/photos/{name}", store)
	return mux
}

func writeDurably(path string, content io.Reader) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // Sync has told what matters
	if _, err := io.Copy(f, content); err != nil {
		return err
	}
	return f.Sync()
}
