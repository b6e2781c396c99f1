package main

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/cors/policy"
)

// policyForm is what the policies of all albums have in common.
type policyForm struct {
	maxAge *int // seconds for which browsers remember a preflight's answer
}

// What pages may send and see, besides what the Fetch standard always lets them.
var (
	askedHeaders = []string{"Authorization", "Content-Type", "If-Match", "If-None-Match", "Range"}
	shownHeaders = []string{"Content-Disposition", "Content-Range", "ETag", "Link", "Location", "Retry-After", requestIDHeader}
	editMethods  = []string{http.MethodDelete, http.MethodPatch, http.MethodPost, http.MethodPut}
)

func (f policyForm) reading(origins []string) policy.Policy {
	return policy.Policy{AllowOrigins: origins, AllowHeaders: askedHeaders, ExposeHeaders: shownHeaders, MaxAge: f.maxAge}
}

func (f policyForm) changing(origins []string) policy.Policy {
	p := f.reading(origins)
	p.AllowMethods = editMethods
	return p
}

// compile returns the policy of a rule, made for this call alone.
func (f policyForm) compile(r album.Rule, read bool) (*policy.Compiled, error) {
	origins := r.Patterns()
	if len(origins) == 0 {
		return policy.Nobody, nil
	}
	want := f.changing(origins)
	if read {
		want = f.reading(origins)
	}
	want.AllowCredentials = r.Credentials
	return policy.Compile(want)
}

// rulebook holds the compiled policies of albums. It stands between the library
// and its store, so that it sees every change of a rule, and what it remembers
// is never older than the last change that was acknowledged.
type rulebook struct {
	album.Store
	form policyForm

	mu     sync.RWMutex
	albums map[album.ID]sharedPolicies
	edits  uint64 // how many changes there were
	texts  internedPolicies
}

// sharedPolicies are an album's two rules, compiled.
type sharedPolicies struct{ read, change *policy.Compiled }

// mostRemembered is how many albums' policies are kept in memory: about 1 MB.
const mostRemembered = 10_000

func newRulebook(store album.Store, form policyForm) *rulebook {
	return &rulebook{
		Store: store, form: form,
		albums: map[album.ID]sharedPolicies{},
		texts:  internedPolicies{byText: map[string]*policy.Compiled{}},
	}
}

// policy returns the policy of an album's reading or changing rule; Nobody if
// there is no such album, so that a foreign page cannot tell.
func (b *rulebook) policy(ctx context.Context, id album.ID, read bool) (*policy.Compiled, error) {
	p, err := b.shared(ctx, id)
	switch {
	case album.KindOf(err) == album.NotFound:
		return policy.Nobody, nil
	case err != nil:
		return nil, err
	case read:
		return p.read, nil
	default:
		return p.change, nil
	}
}

// photoPolicy returns the policy of the album that a photo is in.
func (b *rulebook) photoPolicy(ctx context.Context, id album.ID, read bool) (*policy.Compiled, error) {
	photo, err := b.Store.Photo(ctx, id)
	switch {
	case album.KindOf(err) == album.NotFound:
		return policy.Nobody, nil
	case err != nil:
		return nil, err
	}
	return b.policy(ctx, photo.Album, read)
}

func (b *rulebook) shared(ctx context.Context, id album.ID) (sharedPolicies, error) {
	b.mu.RLock()
	p, known := b.albums[id]
	edits := b.edits
	b.mu.RUnlock()
	if known {
		return p, nil
	}
	a, err := b.Store.Album(ctx, id)
	if err != nil {
		return sharedPolicies{}, err
	}
	if p, err = b.compileBoth(a.Sharing); err != nil {
		return sharedPolicies{}, err
	}
	b.remember(id, p, edits)
	return p, nil
}

// remember keeps an album's policies unless a rule has changed since edits was
// read: what was read from the store then may be the state before that change.
func (b *rulebook) remember(id album.ID, p sharedPolicies, edits uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.edits != edits {
		return
	}
	if len(b.albums) >= mostRemembered {
		clear(b.albums)
	}
	b.albums[id] = p
}

func (b *rulebook) forget(id album.ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.edits++
	delete(b.albums, id)
}

// UpdateAlbum implements album.Store.
func (b *rulebook) UpdateAlbum(ctx context.Context, id album.ID, change func(*album.Album) error) (album.Album, error) {
	defer b.forget(id) // after an error too: the change may have been made
	return b.Store.UpdateAlbum(ctx, id, change)
}

// DeleteAlbum implements album.Store.
func (b *rulebook) DeleteAlbum(ctx context.Context, id album.ID, check func(album.Album) error) ([]album.ID, error) {
	defer b.forget(id)
	return b.Store.DeleteAlbum(ctx, id, check)
}

func (b *rulebook) compileBoth(s album.Sharing) (p sharedPolicies, err error) {
	if p.read, err = b.compile(s.Read, true); err != nil {
		return p, err
	}
	p.change, err = b.compile(s.Change, false)
	return p, err
}

// compile returns the policy of a rule in force. Rules that are equal share one.
func (b *rulebook) compile(r album.Rule, read bool) (*policy.Compiled, error) {
	text := ruleText(r, read)
	if c, ok := b.texts.find(text); ok {
		return c, nil
	}
	// Nobody waits while this is under way: one long rule must not hold up the
	// requests to other albums. Two that compile the same waste a little work.
	c, err := b.form.compile(r, read)
	if err != nil {
		return nil, err
	}
	return b.texts.keep(text, c), nil
}

// ruleText is equal for rules whose policies are equal.
func ruleText(r album.Rule, read bool) string {
	kind := "change"
	if read {
		kind = "read"
	}
	if r.Credentials {
		kind += "+credentials"
	}
	return kind + " " + strings.Join(r.Patterns(), " ")
}

// internedPolicies keeps one compiled policy for each text.
type internedPolicies struct {
	mu     sync.Mutex
	byText map[string]*policy.Compiled
	size   int // of the texts, in bytes
}

// mostInterned is how many bytes of texts are kept. A compiled policy is some
// ten times the size of its text.
const mostInterned = 2 << 20

func (i *internedPolicies) find(text string) (*policy.Compiled, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	c, ok := i.byText[text]
	return c, ok
}

// keep returns the policy to use for a text: c, unless another was kept
// meanwhile.
func (i *internedPolicies) keep(text string, c *policy.Compiled) *policy.Compiled {
	i.mu.Lock()
	defer i.mu.Unlock()
	if earlier, ok := i.byText[text]; ok {
		return earlier
	}
	if i.size += len(text); i.size > mostInterned {
		clear(i.byText)
		i.size = len(text)
	}
	i.byText[text] = c
	return c
}
