package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

// soakWorker uses one album, and knows what has to be in it.
type soakWorker struct {
	*soak
	site, album string
	random      *rand.Rand
	count       int

	photos map[string][]byte // acknowledged, by name
	ids    []string          // of the photos, the oldest first
	names  []string          // likewise
	shared bool              // the site may read and change the album
	unsure bool              // a change of that was asked for, and not acknowledged yet
}

// soakSorts are the sorts of requests, and how many of a hundred are of each.
var soakSorts = []struct {
	name  string
	share int
	do    func(*soakWorker, context.Context) error
}{
	{"list", 15, (*soakWorker).list},
	{"album", 20, (*soakWorker).readAlbum},
	{"photo", 15, (*soakWorker).readPhoto},
	{"preflight", 15, (*soakWorker).preflight},
	{"upload", 10, (*soakWorker).upload},
	{"policy change", 8, (*soakWorker).changePolicy},
	{"refused origin", 10, (*soakWorker).refused},
	{"aborted upload", 4, (*soakWorker).abort},
	{"album for a while", 3, (*soakWorker).makeAndDelete},
}

// step makes a request, or a few that belong together.
func (w *soakWorker) step(ctx context.Context) {
	p := w.random.IntN(100)
	for _, sort := range soakSorts {
		if p -= sort.share; p < 0 {
			begun := time.Now()
			err := sort.do(w, ctx)
			w.note(sort.name, time.Since(begun), err)
			return
		}
	}
}

// ask makes a request of a program (no Origin, the owner's cookie) or of a page.
func (w *soakWorker) ask(ctx context.Context, method, path, origin string, body []byte, fields ...string) (status int, header http.Header, content []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, method, w.origin+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, nil, err
	}
	if origin == "" {
		r.Header.Set("Cookie", w.cookie)
	} else {
		r.Header.Set("Origin", origin)
	}
	for i := 0; i < len(fields); i += 2 {
		r.Header.Set(fields[i], fields[i+1])
	}
	response, err := w.client.Do(r)
	if err != nil {
		return 0, nil, nil, err
	}
	defer response.Body.Close() //nolint:errcheck // it was only read
	content, err = io.ReadAll(response.Body)
	return response.StatusCode, response.Header, content, err
}

// want asks, and makes another status an error.
func (w *soakWorker) want(ctx context.Context, status int, method, path, origin string, body []byte, fields ...string) (http.Header, []byte, error) {
	got, header, content, err := w.ask(ctx, method, path, origin, body, fields...)
	if err == nil && got != status {
		err = fmt.Errorf("%s %s from %q: status %d, want %d: %.200s", method, path, origin, got, status, content)
	}
	return header, content, err
}

func (w *soakWorker) list(ctx context.Context) error {
	_, _, err := w.want(ctx, http.StatusOK, "GET", "/albums?limit=50", "", nil)
	return err
}

// readAlbum reads as a page of the site does, which may or may not.
func (w *soakWorker) readAlbum(ctx context.Context) error {
	status, header, content, err := w.ask(ctx, "GET", "/albums/"+w.album, w.site, nil)
	if err != nil {
		return err
	}
	if got := header.Get("Access-Control-Allow-Origin"); (got == w.site) != w.shared || w.shared && status != http.StatusOK {
		return fmt.Errorf("shared is %v, and the answer is %d with Access-Control-Allow-Origin %q: %.200s", w.shared, status, got, content)
	}
	return nil
}

func (w *soakWorker) preflight(ctx context.Context) error {
	status := http.StatusForbidden
	if w.shared {
		status = http.StatusNoContent
	}
	_, _, err := w.want(ctx, status, "OPTIONS", "/albums/"+w.album, w.site, nil,
		"Access-Control-Request-Method", "PATCH", "Access-Control-Request-Headers", "authorization,content-type")
	return err
}

func (w *soakWorker) readPhoto(ctx context.Context) error {
	if len(w.ids) == 0 {
		return w.upload(ctx)
	}
	i := w.random.IntN(len(w.ids))
	_, content, err := w.want(ctx, http.StatusOK, "GET", "/photos/"+w.ids[i], "", nil)
	if err == nil && !bytes.Equal(content, w.photos[w.names[i]]) {
		err = fmt.Errorf("photo %s: %d bytes that are not its own", w.names[i], len(content))
	}
	return err
}

// mostSoakPhotos is how many photos an album has before the oldest goes.
const mostSoakPhotos = 20

// upload adds a photo that differs from all others, and deletes the oldest of many.
func (w *soakWorker) upload(ctx context.Context) error {
	w.count++
	name := fmt.Sprintf("p%d.jpg", w.count)
	file := append(bytes.Clone(w.file), name...) // what follows the picture is kept
	_, content, err := w.want(ctx, http.StatusCreated, "PUT", "/albums/"+w.album+"/photos/"+name, "", file)
	if err != nil {
		return err
	}
	var made struct{ ID string }
	if err := json.Unmarshal(content, &made); err != nil {
		return err
	}
	w.photos[name], w.ids, w.names = file, append(w.ids, made.ID), append(w.names, name)
	if len(w.ids) <= mostSoakPhotos {
		return nil
	}
	oldest, id := w.names[0], w.ids[0]
	delete(w.photos, oldest) // from here on it may be gone
	w.ids, w.names = w.ids[1:], w.names[1:]
	_, _, err = w.want(ctx, http.StatusNoContent, "DELETE", "/photos/"+id, "", nil)
	return err
}

// changePolicy shares the album with the site, or takes that back, and looks at once.
func (w *soakWorker) changePolicy(ctx context.Context) error {
	rule := `{"sites":"nobody"}`
	if !w.shared {
		rule = `{"sites":"chosen","origins":["` + w.site + `"]}`
	}
	w.unsure = true
	_, _, err := w.want(ctx, http.StatusOK, "PUT", "/albums/"+w.album+"/sharing", "", []byte(`{"read":`+rule+`,"change":`+rule+`}`), "Content-Type", "application/json")
	if err != nil {
		return err
	}
	w.shared, w.unsure = !w.shared, false
	return errors.Join(w.readAlbum(ctx), w.preflight(ctx))
}

// refused asks as a page that no rule names: it reads nothing and changes nothing.
func (w *soakWorker) refused(ctx context.Context) error {
	const evil = "https://evil.example"
	_, header, _, err := w.ask(ctx, "GET", "/albums/"+w.album, evil, nil)
	if err != nil {
		return err
	}
	if got := header.Get("Access-Control-Allow-Origin"); got != "" {
		return fmt.Errorf("a page that no rule names is told %q", got)
	}
	_, _, err = w.want(ctx, http.StatusForbidden, "PATCH", "/albums/"+w.album, evil, []byte(`{"name":"taken"}`), "Content-Type", "application/json", "Cookie", w.cookie)
	return err
}

// errHalf ends an upload that was begun.
var errHalf = errors.New("the page has gone")

// abort sends half a photo and goes. Nothing of it may be seen.
func (w *soakWorker) abort(ctx context.Context) error {
	w.count++
	path := fmt.Sprintf("/albums/%s/photos/half%d.jpg", w.album, w.count)
	ctx, leave := context.WithCancelCause(ctx)
	defer leave(nil)
	half := io.MultiReader(bytes.NewReader(w.file[:len(w.file)/2]), leaver{leave})
	r, err := http.NewRequestWithContext(ctx, "PUT", w.origin+path, half)
	if err != nil {
		return err
	}
	r.ContentLength = int64(len(w.file))
	r.Header.Set("Cookie", w.cookie)
	response, err := w.client.Do(r)
	if err == nil {
		_ = response.Body.Close()
		return fmt.Errorf("half a photo was answered with %s", response.Status)
	}
	_, content, err := w.want(context.WithoutCancel(ctx), http.StatusOK, "GET", "/albums/"+w.album+"/photos?limit=200", "", nil)
	if err == nil && bytes.Contains(content, []byte(`"half`)) {
		err = errors.New("half a photo is in the list")
	}
	return err
}

// leaver is the point of a body at which its sender goes.
type leaver struct{ leave context.CancelCauseFunc }

func (l leaver) Read([]byte) (int, error) {
	l.leave(errHalf)
	return 0, errHalf
}

func (w *soakWorker) makeAndDelete(ctx context.Context) error {
	w.count++
	_, content, err := w.want(ctx, http.StatusCreated, "POST", "/albums", "", []byte(fmt.Sprintf(`{"name":"%s for a while %d"}`, w.site, w.count)), "Content-Type", "application/json")
	if err != nil {
		return err
	}
	var made struct{ ID string }
	if err := json.Unmarshal(content, &made); err != nil {
		return err
	}
	_, _, err = w.want(ctx, http.StatusNoContent, "DELETE", "/albums/"+made.ID, "", nil)
	return err
}
