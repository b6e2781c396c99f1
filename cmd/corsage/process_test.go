package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
)

// process is the program in a process of its own.
type process struct {
	cmd    *exec.Cmd
	origin string
	exited chan error
}

var greetingOrigin = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// startProcess starts `corsage serve` over a data folder, and returns when it
// says that it serves.
func startProcess(t *testing.T, folder string, flags ...string) *process {
	t.Helper()
	path, err := programPath()
	must(t, err)
	p := &process{
		cmd:    exec.Command(path, append([]string{"serve", "--data", folder, "--listen", "127.0.0.1:0"}, flags...)...),
		exited: make(chan error, 1),
	}
	out, err := p.cmd.StdoutPipe()
	must(t, err)
	must(t, p.cmd.Start())
	t.Cleanup(func() { _ = p.cmd.Process.Kill() }) // usually it has ended
	lines := bufio.NewScanner(out)
	for p.origin == "" && lines.Scan() {
		p.origin = greetingOrigin.FindString(lines.Text())
	}
	go func() {
		for lines.Scan() { // what it prints must not block it
		}
		p.exited <- p.cmd.Wait()
	}()
	if p.origin == "" {
		t.Fatalf("the program ended without a greeting: %v", <-p.exited)
	}
	return p
}

// A signal ends the program in good order, with exit code 0.
func TestSignals(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		p := startProcess(t, filepath.Join(t.TempDir(), "data"))
		d := &runningDemo{client: newClient(nil)}
		if r := d.do(t, "GET", p.origin+"/healthz"); r.status != http.StatusOK {
			t.Errorf("health: %d", r.status)
		}
		must(t, p.cmd.Process.Signal(signal))
		if err := <-p.exited; err != nil {
			t.Errorf("after %v: %v", signal, err)
		}
	}
}

// A second signal does not wait for requests that are under way.
func TestSecondSignal(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	p := startProcess(t, folder, "--shutdown-timeout", "1h")
	d := &runningDemo{origin: p.origin, client: newClient(nil)}
	d.signUp(t, folder)
	id := d.makeOwn(t, "a")
	d.holdUpload(t, id)

	must(t, p.cmd.Process.Signal(syscall.SIGTERM))
	waitRefused(t, p.origin)
	select {
	case err := <-p.exited:
		t.Fatalf("the program did not wait for the upload: %v", err)
	default:
	}
	must(t, p.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case <-p.exited:
	case <-time.After(10 * time.Second):
		t.Error("the program is still there after a second signal")
	}
}

// Whatever was acknowledged before a kill -9 is there after it, and what was not
// is there whole or not at all.
func TestKill(t *testing.T) {
	folder, file := filepath.Join(t.TempDir(), "data"), locatedPhoto(t)
	done := &acknowledged{photos: map[string]int{}}
	for round := range 4 {
		p := startProcess(t, folder)
		d := &runningDemo{origin: p.origin, client: newClient(nil)}
		if round == 0 {
			d.signUp(t, folder)
		} else {
			d.signIn(t)
		}
		d.checkAlbums(t, done, file)
		if round < 3 {
			d.workUntilKilled(t, p, round, done, file)
			<-p.exited
		}
	}
	if len(done.photos) < 60 {
		t.Errorf("only %d albums were made", len(done.photos))
	}
}

// acknowledged is what the service has said that it stored.
type acknowledged struct {
	mu     sync.Mutex
	photos map[string]int // by the name of an album: how many are in it
	count  int            // since the program was started
}

// note adds to what was acknowledged, and kills the program when there is enough
// of it.
func (a *acknowledged) note(t *testing.T, p *process, album string, photos int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.photos[album] = photos
	if a.count++; a.count%50 == 0 {
		if err := p.cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
	}
}

// workUntilKilled makes albums with a photo each from several goroutines, and
// kills the program in the middle of it.
func (d *runningDemo) workUntilKilled(t *testing.T, p *process, round int, done *acknowledged, file []byte) {
	t.Helper()
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := 0; ; i++ {
				name := fmt.Sprintf("%d-%d-%d", round, worker, i)
				var made struct{ ID string }
				if !d.try(t, "POST", "/albums", []byte(`{"name":"`+name+`"}`), &made) {
					return
				}
				done.note(t, p, name, 0)
				if !d.try(t, "PUT", "/albums/"+made.ID+"/photos/p.jpg", file, &struct{ ID string }{}) {
					return
				}
				done.note(t, p, name, 1)
			}
		})
	}
	all.Wait()
}

// try sends a request that makes something. It reports whether there was an
// answer; a killed program gives none.
func (d *runningDemo) try(t *testing.T, method, path string, body []byte, made any) bool {
	r, err := http.NewRequest(method, d.origin+path, bytes.NewReader(body))
	if err != nil {
		t.Error(err)
		return false
	}
	r.Header = http.Header{"Cookie": {d.token}, "Content-Type": {"application/json"}}
	response, err := d.client.Do(r)
	if err != nil {
		return false
	}
	defer response.Body.Close() //nolint:errcheck // it was only read
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return false
	}
	if response.StatusCode != http.StatusCreated {
		t.Errorf("%s %s: %s %s", method, path, response.Status, text)
		return false
	}
	return json.Unmarshal(text, made) == nil
}

// checkAlbums reads every album and photo. Those that were acknowledged must be
// among them, and whatever is there must be whole.
func (d *runningDemo) checkAlbums(t *testing.T, done *acknowledged, file []byte) {
	t.Helper()
	found := map[string]int{}
	for cursor := ""; ; {
		var list struct {
			Albums []struct {
				ID, Name string
				Photos   int
			}
			Next *string
		}
		d.do(t, "GET", d.origin+"/albums?limit=200"+cursor, "Cookie: "+d.token).decode(t, &list)
		for _, a := range list.Albums {
			found[a.Name] = a.Photos + 1
			d.checkPhotos(t, a.ID, a.Photos, file)
		}
		if list.Next == nil {
			break
		}
		cursor = "&cursor=" + *list.Next
	}
	for name, photos := range done.photos {
		if found[name] < photos+1 {
			t.Errorf("album %s was acknowledged with %d photos; found are the album and photos: %d", name, photos, found[name])
		}
	}
}

func (d *runningDemo) checkPhotos(t *testing.T, id string, count int, file []byte) {
	t.Helper()
	var list struct{ Photos []struct{ URL string } }
	d.do(t, "GET", d.origin+"/albums/"+id+"/photos", "Cookie: "+d.token).decode(t, &list)
	if len(list.Photos) != count {
		t.Errorf("album %s counts %d photos and lists %d", id, count, len(list.Photos))
	}
	for _, p := range list.Photos {
		if r := d.do(t, "GET", d.origin+p.URL, "Cookie: "+d.token); r.status != http.StatusOK || !bytes.Equal(r.body, file) {
			t.Errorf("photo %s: %d, %d bytes, want %d", p.URL, r.status, len(r.body), len(file))
		}
	}
}

const testPassword = "a good long password"

// signUp makes an account, beside the running program, and signs in.
func (d *runningDemo) signUp(t *testing.T, folder string) {
	t.Helper()
	must(t, withLibrary(t.Context(), folder, func(l *album.Library) error {
		_, err := l.AddPerson(t.Context(), "rosa", testPassword)
		return err
	}))
	d.signIn(t)
}

// signIn keeps the session's cookie where a demo has its token.
func (d *runningDemo) signIn(t *testing.T) {
	t.Helper()
	r := d.do(t, "POST", d.origin+"/session", "Origin: "+d.origin, map[string]string{"name": "rosa", "password": testPassword})
	if r.status != http.StatusCreated {
		t.Fatalf("signing in: %d %s", r.status, r.body)
	}
	d.token = cookie(t, r)
}

func (d *runningDemo) makeOwn(t *testing.T, name string) (id string) {
	t.Helper()
	var made struct{ ID string }
	d.do(t, "POST", d.origin+"/albums", "Cookie: "+d.token, map[string]string{"name": name}).decode(t, &made)
	return made.ID
}

// holdUpload begins an upload that never ends.
func (d *runningDemo) holdUpload(t *testing.T, id string) {
	t.Helper()
	upload, _ := d.beginUpload(t, []byte("half"), id, "Cookie: "+d.token)
	t.Cleanup(func() { _ = upload.CloseWithError(http.ErrAbortHandler) })
}
