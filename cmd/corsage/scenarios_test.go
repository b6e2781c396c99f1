package main

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/internal/demo"
)

// These tests walk the scenarios of the demo without a browser: they send what
// one sends, preflights included, and look at what it would go by.

// S1: the owner's page works without any CORS field, and the policies change
// nothing of it.
func TestS1SameOrigin(t *testing.T) {
	d := startDemo(t, demoOptions{})
	own := "Origin: " + d.origin
	signIn := d.do(t, "POST", d.origin+"/session", own, map[string]string{"name": d.owner, "password": d.password})
	if signIn.status != http.StatusCreated {
		t.Fatalf("signing in: %d %s", signIn.status, signIn.body)
	}
	list := d.do(t, "GET", d.origin+"/albums", "Cookie: "+cookie(t, signIn, "SameSite=Lax"), "Sec-Fetch-Site: same-origin")
	if names := list.albumNames(t); len(names) != 4 {
		t.Errorf("the owner sees %q, want four albums", names)
	}
	for name := range list.header {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("the owner's own page is answered with %s", name)
		}
	}
	page := d.do(t, "GET", d.origin+"/", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Site: none")
	if page.status != http.StatusOK || !strings.HasPrefix(page.header.Get("Content-Type"), "text/html") {
		t.Errorf("the owner's page: %d %s", page.status, page.header.Get("Content-Type"))
	}
}

// S2: with only the address changed, the same script on another origin reads
// what the albums' rules let it.
func TestS2CrossOrigin(t *testing.T) {
	d := startDemo(t, demoOptions{})
	list := d.do(t, "GET", d.origin+"/albums", "Origin: "+d.guest)
	if !list.allows(d.guest) {
		t.Fatalf("the guest may not read the list: %v", list.header)
	}
	if names := list.albumNames(t); !slices.Equal(names, []string{demo.OpenGarden, demo.ForPartner}) {
		t.Errorf("the guest sees %q", names)
	}
	list = d.do(t, "GET", d.origin+"/albums", "Origin: "+d.unnamed)
	if names := list.albumNames(t); !slices.Equal(names, []string{demo.OpenGarden}) {
		t.Errorf("a site that no rule names sees %q, want what is open to all", names)
	}
}

// S3: a server that takes no part sends the data, but nothing that would let the
// script have it.
func TestS3Silent(t *testing.T) {
	d := startDemo(t, demoOptions{})
	list := d.do(t, "GET", d.origin+"/albums?demo=silent", "Origin: "+d.guest)
	if list.status != http.StatusOK || list.allows(d.guest) || len(list.albumNames(t)) == 0 {
		t.Errorf("%d %v %s, want the data without permission", list.status, list.header, list.body)
	}
	if asked := d.preflight(t, d.guest, "PUT", d.origin+"/albums?demo=silent", "content-type"); asked.allows(d.guest) {
		t.Errorf("the preflight is answered with %v", asked.header)
	}
}

// S4: what is open to any site is so for every one of them, without credentials.
func TestS4AnySite(t *testing.T) {
	d := startDemo(t, demoOptions{})
	for _, site := range []string{d.guest, d.unnamed, "https://far.example", "null"} {
		r := d.do(t, "GET", d.album(d.albums.Open), "Origin: "+site)
		if v := r.header.Get("Access-Control-Allow-Origin"); r.status != http.StatusOK || v != "*" {
			t.Errorf("%s gets %d and Access-Control-Allow-Origin: %s", site, r.status, v)
		}
		if r.header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s may send credentials", site)
		}
	}
}

// S5: data for chosen sites goes to these alone, and caches are told.
func TestS5ChosenSites(t *testing.T) {
	d := startDemo(t, demoOptions{})
	r := d.do(t, "GET", d.album(d.albums.Chosen), "Origin: "+d.guest)
	if v := r.header.Values("Access-Control-Allow-Origin"); r.status != http.StatusOK || !slices.Equal(v, []string{d.guest}) {
		t.Errorf("the guest gets %d, allowed %q", r.status, v)
	}
	if !strings.Contains(strings.Join(r.header.Values("Vary"), ","), "Origin") {
		t.Errorf("Vary is %q", r.header.Values("Vary"))
	}
	for _, site := range []string{
		d.unnamed, "null", "http://localhost", d.guest + ".evil.example", d.guest + "0", strings.Replace(d.guest, "http:", "https:", 1),
		strings.Replace(d.guest, "localhost", "LOCALHOST", 1), strings.Replace(d.guest, "localhost", "127.0.0.1", 1), d.guest + "/",
		strings.Replace(d.guest, "localhost", "notlocalhost", 1), strings.Replace(d.guest, "localhost", "localhost.", 1),
	} {
		r := d.do(t, "GET", d.album(d.albums.Chosen), "Origin: "+site)
		if r.status != http.StatusForbidden || r.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s gets %d, allowed %q", site, r.status, r.header.Get("Access-Control-Allow-Origin"))
		}
	}
}

// A rule that the owner has changed is in force at the next request, over and
// over again.
func TestSharingInForceAtOnce(t *testing.T) {
	d := startDemo(t, demoOptions{})
	rule := map[bool]map[string]any{
		true:  {"sites": "chosen", "origins": []string{d.unnamed}},
		false: {"sites": "nobody"},
	}
	for i := range 40 {
		open := i%2 == 0
		set := map[string]any{"read": rule[open], "change": rule[!open]}
		if r := d.do(t, "PUT", d.album(d.albums.Private)+"/sharing", "Origin: "+d.origin, d.basic(), set); r.status != http.StatusOK {
			t.Fatalf("setting the rules: %d %s", r.status, r.body)
		}
		read := d.do(t, "GET", d.album(d.albums.Private), "Origin: "+d.unnamed)
		change := d.preflight(t, d.unnamed, "PATCH", d.album(d.albums.Private), "content-type")
		if read.allows(d.unnamed) != open || change.allows(d.unnamed) == open {
			t.Fatalf("change %d: reading is allowed %v and changing %v", i, read.allows(d.unnamed), change.allows(d.unnamed))
		}
	}
}

// S6: a PUT that makes an album is preceded by a preflight, which is told from
// other OPTIONS requests, and is safe to repeat.
func TestS6Preflight(t *testing.T) {
	d := startDemo(t, demoOptions{})
	asked := d.preflight(t, d.guest, "PUT", d.origin+"/albums", "authorization,content-type")
	if asked.status != http.StatusNoContent || !asked.allows(d.guest) {
		t.Fatalf("the preflight: %d %v", asked.status, asked.header)
	}
	for field, part := range map[string]string{"Access-Control-Allow-Methods": "PUT", "Access-Control-Allow-Headers": "content-type"} {
		if !strings.Contains(asked.header.Get(field), part) {
			t.Errorf("%s is %q, want %s in it", field, asked.header.Get(field), part)
		}
	}
	for _, status := range []int{http.StatusCreated, http.StatusOK} {
		r := d.makeAlbum(t, d.origin+"/albums", "New Album")
		if r.status != status || !r.allows(d.guest) {
			t.Errorf("the PUT: %d %s, want %d and permission to read it", r.status, r.body, status)
		}
	}
	options := d.do(t, "OPTIONS", d.origin+"/albums", "Origin: "+d.guest)
	if options.header.Get("Allow") == "" || options.header.Get("Access-Control-Allow-Methods") != "" {
		t.Errorf("an OPTIONS that is no preflight is answered with %v", options.header)
	}
}

// S7: where the preflight is refused, whatever is wrong with it, a browser never
// sends the PUT.
func TestS7PreflightRefused(t *testing.T) {
	d := startDemo(t, demoOptions{})
	if r := d.preflight(t, d.unnamed, "PUT", d.origin+"/albums", "content-type"); r.status != http.StatusForbidden || r.allows(d.unnamed) {
		t.Errorf("the unnamed site's preflight: %d %v", r.status, r.header)
	}
	for way, want := range map[string]struct {
		status  int
		missing string
	}{
		"no-methods": {204, "Access-Control-Allow-Methods"}, "no-headers": {204, "Access-Control-Allow-Headers"},
		"preflight-401": {401, ""}, "preflight-redirect": {302, ""}, "refuse": {403, "Access-Control-Allow-Origin"},
	} {
		r := d.preflight(t, d.guest, "PUT", d.origin+"/albums?demo="+way, "content-type")
		if r.status != want.status || want.missing != "" && r.header.Get(want.missing) != "" {
			t.Errorf("%s: %d %v", way, r.status, r.header)
		}
	}
}

// S8: the album is stored when the server accepts the PUT, whether or not the
// answer lets the script know.
func TestS8AnswerWithoutPermission(t *testing.T) {
	d := startDemo(t, demoOptions{})
	r := d.makeAlbum(t, d.origin+"/albums?demo=mute", "Unheard of")
	if r.status != http.StatusCreated || r.allows(d.guest) {
		t.Fatalf("%d %v, want 201 without permission", r.status, r.header)
	}
	list := d.do(t, "GET", d.origin+"/albums", "Origin: "+d.guest, d.bearer())
	if names := list.albumNames(t); !slices.Contains(names, "Unheard of") {
		t.Errorf("the album is not among %q", names)
	}
}

// S9: a sign-in made at the guest site counts there and nowhere else; so does its
// token; and nobody's credentials count where no rule says so.
func TestS9Authentication(t *testing.T) {
	d := startDemo(t, demoOptions{})
	asked := d.preflight(t, d.guest, "POST", d.origin+"/session", "content-type")
	if asked.header.Get("Access-Control-Allow-Credentials") != "true" || asked.header.Get("Access-Control-Allow-Origin") != d.guest {
		t.Fatalf("the preflight of the sign-in: %d %v", asked.status, asked.header)
	}
	signIn := d.do(t, "POST", d.origin+"/session", "Origin: "+d.guest, map[string]string{"name": d.owner, "password": d.password})
	if signIn.status != http.StatusCreated || !signIn.allows(d.guest) {
		t.Fatalf("signing in: %d %s", signIn.status, signIn.body)
	}
	signedIn := "Cookie: " + cookie(t, signIn, "SameSite=None", "Secure", "HttpOnly", "Partitioned")
	for _, c := range []struct {
		name   string
		site   string
		proof  string
		status int
	}{
		{"nobody", d.guest, "X-None: 1", http.StatusUnauthorized},
		{"cookie", d.guest, signedIn, http.StatusOK},
		{"token", d.guest, d.bearer(), http.StatusOK},
		{"password", d.guest, d.basic(), http.StatusOK},
		{"cookie elsewhere", d.unnamed, signedIn, http.StatusForbidden},
		{"token elsewhere", d.unnamed, d.bearer(), http.StatusUnauthorized},
		{"password elsewhere", d.unnamed, d.basic(), http.StatusForbidden},
	} {
		r := d.do(t, "GET", d.album(d.albums.SignedIn), "Origin: "+c.site, c.proof)
		if r.status != c.status || r.allows(c.site) != (c.site == d.guest) {
			t.Errorf("%s: %d, allowed %v: %s", c.name, r.status, r.allows(c.site), r.body)
		}
		if r.header.Get("Access-Control-Allow-Origin") == "*" {
			t.Errorf("%s: answered with *", c.name)
		}
	}
	if r := d.do(t, "GET", d.album(d.albums.Chosen), "Origin: "+d.guest, signedIn); strings.Contains(string(r.body), `"own":true`) {
		t.Error("where the rule is without credentials, the cookie tells the site who its visitor is")
	}
}

// S11: a guest's upload is stored, and what others get of it says nothing of
// where it was taken.
func TestS11Upload(t *testing.T) {
	d := startDemo(t, demoOptions{})
	file := locatedPhoto(t)
	body, contentType := form(t, "roses.jpg", file)
	asked := d.preflight(t, d.guest, "POST", d.album(d.albums.Chosen)+"/photos", "authorization")
	if !asked.allows(d.guest) {
		t.Fatalf("the preflight: %d %v", asked.status, asked.header)
	}
	r := d.do(t, "POST", d.album(d.albums.Chosen)+"/photos", "Origin: "+d.guest, d.bearer(), "Content-Type: "+contentType, body)
	if r.status != http.StatusCreated || !r.allows(d.guest) {
		t.Fatalf("the upload: %d %s", r.status, r.body)
	}
	var stored struct{ Photos []struct{ URL string } }
	r.decode(t, &stored)
	address := d.origin + stored.Photos[0].URL
	if own := d.do(t, "GET", address, d.basic()); !bytes.Equal(own.body, file) {
		t.Errorf("the owner gets %d bytes, not the %d that were sent", len(own.body), len(file))
	}
	seen := d.do(t, "GET", address, "Origin: "+d.guest)
	if seen.status != http.StatusOK || !seen.allows(d.guest) || bytes.Contains(seen.body, []byte("Demo Camera")) {
		t.Errorf("the guest gets %d and %d bytes, the camera's name among them: %v", seen.status, len(seen.body), bytes.Contains(seen.body, []byte("Demo Camera")))
	}
}

// S13: over https the same holds, a page on http may call it, and origins that
// differ in scheme or port only are different ones.
func TestS13Schemes(t *testing.T) {
	d := startDemo(t, demoOptions{flags: []string{"--tls"}})
	for _, c := range []struct {
		data, site string
		allowed    bool
	}{
		{d.origin, d.guest, true},
		{d.origin, d.plainGuest, true},
		{d.plainOrigin, d.guest, true},
		{d.plainOrigin, d.plainGuest, true},
		{d.origin, d.unnamed, false},
		{d.origin, strings.Replace(d.guest, "https:", "http:", 1), false},
		{d.origin, strings.Replace(d.plainGuest, "http:", "https:", 1), false},
	} {
		r := d.do(t, "GET", c.data+"/albums/"+d.albums.Chosen, "Origin: "+c.site)
		if r.allows(c.site) != c.allowed {
			t.Errorf("%s from %s: %d, allowed %v", c.data, c.site, r.status, r.allows(c.site))
		}
	}
	if !strings.HasPrefix(d.origin, "https://127.0.0.1:") || !strings.HasPrefix(d.plainGuest, "http://localhost:") {
		t.Errorf("the sites are %s and %s", d.origin, d.plainGuest)
	}
	var config struct {
		Data  string
		HTTPS struct{ Data, Self string }
		Token string
	}
	d.do(t, "GET", d.plainGuest+"/config.json").decode(t, &config)
	if config.Data != d.plainOrigin || config.HTTPS.Data != d.origin || config.HTTPS.Self != d.guest {
		t.Errorf("the plain guest is told %+v", config)
	}
	if r := d.do(t, "GET", d.plainOrigin+"/albums", "Origin: "+d.plainGuest, "Authorization: Bearer "+config.Token); r.status != http.StatusOK {
		t.Errorf("the plain guest's token gets %d", r.status)
	}
}

// S14: a form of another site can send a request that no preflight guards. It is
// refused, and changes nothing.
func TestS14PlainForm(t *testing.T) {
	d := startDemo(t, demoOptions{})
	signIn := d.do(t, "POST", d.origin+"/session", "Origin: "+d.origin, map[string]string{"name": d.owner, "password": d.password})
	proof := "Cookie: " + cookie(t, signIn)
	body, contentType := form(t, "evil.jpg", locatedPhoto(t))
	content := body.Bytes()
	for _, from := range [][]any{
		{"Origin: " + d.unnamed}, {"Origin: null"}, {"Sec-Fetch-Site: cross-site"}, {"Origin: " + d.unnamed, "Sec-Fetch-Site: same-site"},
	} {
		for _, id := range []string{d.albums.Open, d.albums.Chosen, d.albums.Private} {
			extras := append(slices.Clone(from), proof, "Content-Type: "+contentType, content)
			if r := d.do(t, "POST", d.album(id)+"/photos", extras...); r.status != http.StatusForbidden {
				t.Errorf("a form with %v: %d %s", from, r.status, r.body)
			}
		}
	}
	if n := len(d.photos(t, d.albums.Open)); n != 5 {
		t.Errorf("the open album has %d photos, want the 5 of before", n)
	}
}

// S15: a font of the data origin may be used by trusted sites.
func TestS15Fonts(t *testing.T) {
	d := startDemo(t, demoOptions{})
	for site, allowed := range map[string]bool{d.guest: true, d.unnamed: false} {
		r := d.do(t, "GET", d.origin+"/fonts/go-mono.ttf", "Origin: "+site)
		if r.status != http.StatusOK || r.allows(site) != allowed {
			t.Errorf("%s: %d, allowed %v", site, r.status, r.allows(site))
		}
	}
}

// A server without --demo has none of the demo's switches.
func TestNoSwitchWithoutDemo(t *testing.T) {
	s, origin := startPlain(t)
	d := &runningDemo{service: s, client: newClient(nil)}
	r := d.do(t, "GET", origin+"/healthz?demo=wildcard", "Origin: "+unnamed)
	if r.header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("the switch works: %v", r.header)
	}
}

// makeAlbum sends the guest's PUT.
func (d *runningDemo) makeAlbum(t testing.TB, url, name string) *answered {
	t.Helper()
	return d.do(t, "PUT", url, "Origin: "+d.guest, d.bearer(), map[string]string{"name": name})
}

// cookie returns the cookie that an answer sets, which must have the attributes.
func cookie(t testing.TB, a *answered, attributes ...string) string {
	t.Helper()
	set := a.header.Get("Set-Cookie")
	for _, want := range attributes {
		if !slices.Contains(strings.Split(set, "; "), want) {
			t.Errorf("the cookie %q lacks %s", set, want)
		}
	}
	pair, _, _ := strings.Cut(set, ";")
	return pair
}

// locatedPhoto is a small photo that says where it was taken.
func locatedPhoto(t testing.TB) []byte {
	t.Helper()
	for _, a := range demo.Albums() {
		for _, p := range a.Photos {
			if p.Located() {
				file, err := p.File(160)
				must(t, err)
				return file
			}
		}
	}
	t.Fatal("no photo has a place")
	return nil
}

// form is the body of a form with a file.
func form(t testing.TB, name string, file []byte) (*bytes.Buffer, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("photo", name)
	must(t, err)
	_, err = part.Write(file)
	must(t, err)
	must(t, w.Close())
	return &b, w.FormDataContentType()
}
