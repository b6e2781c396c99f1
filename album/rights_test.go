package album

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
)

const (
	ownerID = ID("01jzzzzzzz0000000000000001")
	otherID = ID("01jzzzzzzz0000000000000002")

	namedSite   = "https://named.example"
	unnamedSite = "https://unnamed.example"
)

var matrixSites = map[string]Site{
	"home":    {},
	"named":   {Foreign: true, Origin: namedSite, Patterns: []string{namedSite, "https://named.example:*", AnyPattern}},
	"unnamed": {Foreign: true, Origin: unnamedSite, Patterns: []string{unnamedSite, AnyPattern}},
	"unknown": {Foreign: true, Patterns: []string{AnyPattern}},
	"bare":    {Foreign: true, Origin: unnamedSite}, // nothing is known of its patterns
}

// The rules; "+c" is with credentials. The last three are what no SetSharing
// accepts, and a store might hold all the same.
var matrixRules = map[string]Rule{
	"nobody":   {Sites: Nobody},
	"chosen":   {Sites: ChosenSites, Origins: []string{"https://else.example", namedSite}},
	"chosen+c": {Sites: ChosenSites, Origins: []string{namedSite}, Credentials: true},
	"any":      {Sites: AnySite},
	"any+c":    {Sites: AnySite, Credentials: true},
	"zero":     {},
	"odd":      {Sites: "everybody", Origins: []string{namedSite, AnyPattern}},
	"chosen*":  {Sites: ChosenSites, Origins: []string{AnyPattern}},
}

// The viewers: o is the album's owner, x somebody else; s a session, b HTTP
// authentication, t a token with the scopes that follow. "o-" is a session
// without scopes, "o?" a person of whom nothing says how they were recognised.
var matrixViewers = map[string]Viewer{
	"anon":  {},
	"o/s":   {Person: ownerID, Via: ViaSession, Scopes: AllScopes},
	"o/b":   {Person: ownerID, Via: ViaBasic, Scopes: AllScopes},
	"o/tr":  {Person: ownerID, Via: ViaToken, Scopes: ScopeRead},
	"o/tu":  {Person: ownerID, Via: ViaToken, Scopes: ScopeUpload},
	"o/tm":  {Person: ownerID, Via: ViaToken, Scopes: ScopeManage},
	"o/all": {Person: ownerID, Via: ViaToken, Scopes: AllScopes},
	"o-":    {Person: ownerID, Via: ViaSession},
	"o?":    {Person: ownerID, Scopes: AllScopes},
	"x/s":   {Person: otherID, Via: ViaSession, Scopes: AllScopes},
	"x/b":   {Person: otherID, Via: ViaBasic, Scopes: AllScopes},
	"x/all": {Person: otherID, Via: ViaToken, Scopes: AllScopes},
}

// What may be done with an album whose one rule is the row's, and whose other is
// for nobody. yes is allowed, 401 Unauthenticated, 403 Forbidden, 404 NotFound.
const readMatrix = `
site     rules                                       anon o/s o/b o/tr o/tu o/tm o/all o-  o?  x/s x/b x/all
home     any                                         yes  yes yes yes  yes  yes  yes   yes yes yes yes yes
home     nobody,chosen,chosen+c,any+c,zero,odd,chosen* 401  yes yes 401  401  401  401   403 401 404 404 401
named    any,chosen                                  yes  yes yes yes  yes  yes  yes   yes yes yes yes yes
named    chosen+c                                    401  yes yes yes  403  403  yes   403 401 404 404 404
named    nobody,any+c,zero,odd,chosen*               403  403 403 403  403  403  403   403 403 403 403 403
unnamed  any                                         yes  yes yes yes  yes  yes  yes   yes yes yes yes yes
unnamed  nobody,chosen,chosen+c,any+c,zero,odd,chosen* 403  403 403 403  403  403  403   403 403 403 403 403
unknown  any                                         yes  yes yes yes  yes  yes  yes   yes yes yes yes yes
unknown  nobody,chosen,chosen+c,any+c,zero,odd,chosen* 403  403 403 403  403  403  403   403 403 403 403 403
bare     any                                         yes  yes yes yes  yes  yes  yes   yes yes yes yes yes
bare     nobody,chosen,chosen+c,any+c,zero,odd,chosen* 403  403 403 403  403  403  403   403 403 403 403 403
`

const uploadMatrix = `
site     rules                                       anon o/s o/b o/tr o/tu o/tm o/all o-  o?  x/s x/b x/all
home     any,nobody,chosen,chosen+c,any+c,zero,odd,chosen* 401 yes yes 401 401 401 401 403 401 404 404 401
named    any,chosen                                  401  401 401 403  yes  403  yes   401 401 401 401 404
named    chosen+c                                    401  yes yes 403  yes  403  yes   403 401 404 404 404
named    nobody,any+c,zero,odd,chosen*               403  403 403 403  403  403  403   403 403 403 403 403
unnamed  any                                         401  401 401 403  yes  403  yes   401 401 401 401 404
unnamed  nobody,chosen,chosen+c,any+c,zero,odd,chosen* 403  403 403 403  403  403  403   403 403 403 403 403
unknown  any                                         401  401 401 401  401  401  401   401 401 401 401 401
unknown  nobody,chosen,chosen+c,any+c,zero,odd,chosen* 403  403 403 403  403  403  403   403 403 403 403 403
bare     any                                         401  401 401 403  yes  403  yes   401 401 401 401 404
bare     nobody,chosen,chosen+c,any+c,zero,odd,chosen* 403  403 403 403  403  403  403   403 403 403 403 403
`

// As uploading, with the other scope.
const manageMatrix = `
site     rules                                       anon o/s o/b o/tr o/tu o/tm o/all o-  o?  x/s x/b x/all
home     any,nobody,chosen,chosen+c,any+c,zero,odd,chosen* 401 yes yes 401 401 401 401 403 401 404 404 401
named    any,chosen                                  401  401 401 403  403  yes  yes   401 401 401 401 404
named    chosen+c                                    401  yes yes 403  403  yes  yes   403 401 404 404 404
named    nobody,any+c,zero,odd,chosen*               403  403 403 403  403  403  403   403 403 403 403 403
unnamed  any                                         401  401 401 403  403  yes  yes   401 401 401 401 404
unnamed  nobody,chosen,chosen+c,any+c,zero,odd,chosen* 403  403 403 403  403  403  403   403 403 403 403 403
unknown  any                                         401  401 401 401  401  401  401   401 401 401 401 401
unknown  nobody,chosen,chosen+c,any+c,zero,odd,chosen* 403  403 403 403  403  403  403   403 403 403 403 403
bare     any                                         401  401 401 403  403  yes  yes   401 401 401 401 404
bare     nobody,chosen,chosen+c,any+c,zero,odd,chosen* 403  403 403 403  403  403  403   403 403 403 403 403
`

// No rule gives the rules away. Here both rules are the row's.
const shareMatrix = `
site     rules                                       anon o/s o/b o/tr o/tu o/tm o/all o-  o?  x/s x/b x/all
home     nobody,chosen,chosen+c,any+c,zero,odd,chosen* 401  yes yes 403  403  403  403   403 401 404 404 403
home     any                                         401  yes yes 403  403  403  403   403 401 403 403 403
named,unnamed,unknown,bare any,nobody,chosen,chosen+c,any+c,zero,odd,chosen* 403 403 403 403 403 403 403 403 403 403 403 403
`

// Making albums, and being somebody where no album's rule speaks; there is no
// rule to it.
const createMatrix = `
site          rules anon o/s o/b o/tr o/tu o/tm o/all o-  o?  x/s x/b x/all
home          -     401  yes yes 401  401  401  401   403 401 yes yes 401
named,unnamed,bare - 401 yes 401 403  403  yes  yes   403 401 yes 401 yes
unknown       -     401  401 401 401  401  401  401   401 401 401 401 401
`

const tokensMatrix = `
site          rules anon o/s o/b o/tr o/tu o/tm o/all o-  o?  x/s x/b x/all
home          -     401  yes yes 403  403  403  403   yes 401 yes yes 403
named,unnamed,bare - 401 yes 401 403  403  403  403   yes 401 yes 401 403
unknown       -     401  401 401 403  403  403  403   401 401 401 401 403
`

// Every combination of site, rule and viewer is decided as the tables say, and
// the tables leave none out.
func TestRightsMatrix(t *testing.T) {
	for _, tt := range []struct {
		name   string
		matrix string
		rules  map[string]Rule
		ask    func(Viewer, Rule) error
	}{
		{"read", readMatrix, matrixRules, func(v Viewer, r Rule) error {
			return mayRead(v, Album{Owner: ownerID, Sharing: Sharing{Read: r}})
		}},
		{"upload", uploadMatrix, matrixRules, func(v Viewer, r Rule) error {
			return mayUpload(v, Album{Owner: ownerID, Sharing: Sharing{Change: r}})
		}},
		{"manage", manageMatrix, matrixRules, func(v Viewer, r Rule) error {
			return mayManage(v, Album{Owner: ownerID, Sharing: Sharing{Change: r}})
		}},
		{"share", shareMatrix, matrixRules, func(v Viewer, r Rule) error {
			return mayShare(v, Album{Owner: ownerID, Sharing: Sharing{Read: r, Change: r}})
		}},
		{"create", createMatrix, map[string]Rule{"-": {}}, func(v Viewer, _ Rule) error { return mayCreate(v) }},
		{"tokens", tokensMatrix, map[string]Rule{"-": {}}, func(v Viewer, _ Rule) error { return mayHoldTokens(v) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cases := parseMatrix(t, tt.matrix)
			if want := len(matrixSites) * len(tt.rules) * len(matrixViewers); len(cases) != want {
				t.Errorf("the table decides %d cases, there are %d", len(cases), want)
			}
			for c, want := range cases {
				v := matrixViewers[c.viewer]
				v.Site = matrixSites[c.site]
				if got := verdict(t, tt.ask(v, tt.rules[c.rule])); got != want {
					t.Errorf("%s, rule %s, viewer %s: %s, want %s", c.site, c.rule, c.viewer, got, want)
				}
			}
		})
	}
}

type matrixCase struct{ site, rule, viewer string }

func parseMatrix(t *testing.T, matrix string) map[matrixCase]string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(matrix), "\n")
	viewers := strings.Fields(lines[0])[2:]
	cases := map[matrixCase]string{}
	for _, line := range lines[1:] {
		f := strings.Fields(line)
		if len(f) != len(viewers)+2 {
			t.Fatalf("row with %d columns: %s", len(f), line)
		}
		for site := range strings.SplitSeq(f[0], ",") {
			for rule := range strings.SplitSeq(f[1], ",") {
				for i, viewer := range viewers {
					c := matrixCase{site, rule, viewer}
					if _, twice := cases[c]; twice {
						t.Fatalf("decided twice: %v", c)
					}
					cases[c] = f[i+2]
				}
			}
		}
	}
	return cases
}

// verdict also checks that a refusal is one sentence for people.
func verdict(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return "yes"
	}
	e, ok := errors.AsType[*Error](err)
	if !ok || len(e.Detail) < 20 || strings.Contains(e.Detail, "%!") {
		t.Errorf("a refusal that tells nothing: %v", err)
	}
	switch KindOf(err) {
	case Unauthenticated:
		return "401"
	case Forbidden:
		return "403"
	case NotFound:
		return "404"
	}
	return KindOf(err).String()
}

// What a browser sends by itself changes nothing at a foreign site that no rule
// with credentials names: the page learns what it would learn of anybody.
func TestAmbientProofIsIgnoredAtUnnamedSites(t *testing.T) {
	asks := []func(Viewer, Album) error{mayRead, mayUpload, mayManage, mayShare}
	for siteName, site := range matrixSites {
		for ruleName, rule := range matrixRules {
			if !site.Foreign || siteName == "named" && ruleName == "chosen+c" {
				continue
			}
			a := Album{Owner: ownerID, Sharing: Sharing{Read: rule, Change: rule}}
			for _, via := range []Via{ViaSession, ViaBasic} {
				v := Viewer{Person: ownerID, Via: via, Scopes: AllScopes, Site: site}
				for i, ask := range asks {
					with, without := verdict(t, ask(v, a)), verdict(t, ask(Viewer{Site: site}, a))
					if with != without {
						t.Errorf("%s, rule %s, ask %d: %s with ambient proof, %s without", siteName, ruleName, i, with, without)
					}
				}
				if shown := a.shownTo(v); shown.Owner != "" {
					t.Errorf("%s, rule %s: the album tells the site who its visitor is", siteName, ruleName)
				}
			}
		}
	}
}

// A refusal names the site and what would help.
func TestRefusalsNameSiteAndCure(t *testing.T) {
	private := Album{Owner: ownerID}
	open := Album{Owner: ownerID, Sharing: Sharing{Read: Rule{Sites: AnySite}}}
	owners := Album{Owner: ownerID, Sharing: Sharing{Read: matrixRules["chosen+c"], Change: matrixRules["chosen+c"]}}
	tokens := Album{Owner: ownerID, Sharing: Sharing{Change: matrixRules["chosen"]}}
	for _, tt := range []struct {
		name string
		err  error
		want []string
	}{
		{"read, not shared", mayRead(Viewer{Site: matrixSites["unnamed"]}, private), []string{unnamedSite, "its owner can add"}},
		{"read, unknown site", mayRead(Viewer{Site: matrixSites["unknown"]}, private), []string{"does not say which", "crossorigin"}},
		{"read, opaque origin", mayRead(Viewer{Site: Site{Foreign: true, Origin: "null"}}, private), []string{"Origin: null"}},
		{"read, owner only", mayRead(Viewer{Site: matrixSites["named"]}, owners), []string{namedSite, "sign in", "token"}},
		{"read, home", mayRead(Viewer{}, private), []string{"sign in"}},
		{"change, not shared", mayUpload(Viewer{Site: matrixSites["named"]}, open), []string{namedSite, "its owner can add"}},
		{"change, token needed", mayUpload(Viewer{Site: matrixSites["named"]}, tokens), []string{namedSite, "token"}},
		{"change, sign-in needed", mayUpload(Viewer{Site: matrixSites["named"]}, owners), []string{namedSite, "sign in", "token"}},
		{"change, somebody else's", mayUpload(Viewer{Person: otherID, Via: ViaSession}, open), []string{"somebody else"}},
		{"change, scope", mayUpload(Viewer{Person: ownerID, Via: ViaToken, Scopes: ScopeRead, Site: matrixSites["named"]}, tokens), []string{`"upload"`}},
		{"create, foreign", mayCreate(Viewer{Site: matrixSites["named"]}), []string{namedSite, "token"}},
		{"long origin", mayRead(Viewer{Site: Site{Foreign: true, Origin: strings.Repeat("a", 70_000)}}, private), []string{"aaa..."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, ok := errors.AsType[*Error](tt.err)
			if !ok {
				t.Fatalf("allowed, or not worded: %v", tt.err)
			}
			if len(e.Detail) > 500 {
				t.Errorf("a sentence of %d bytes", len(e.Detail))
			}
			for _, want := range tt.want {
				if !strings.Contains(e.Detail, want) {
					t.Errorf("%q does not say %q", e.Detail, want)
				}
			}
		})
	}
}

// A site has a name in every sentence.
func TestSiteNames(t *testing.T) {
	for _, tt := range []struct {
		site Site
		want string
	}{
		{Site{}, "the album service"},
		{Site{Foreign: true}, "a page of another site that does not say which"},
		{Site{Foreign: true, Origin: "null"}, "a page without an origin of its own (Origin: null)"},
		{matrixSites["named"], namedSite},
		{Site{Foreign: true, Origin: strings.Repeat("é", 100)}, strings.Repeat("é", 60) + "..."},
		{Site{Foreign: true, Origin: "a" + strings.Repeat("é", 100)}, "a" + strings.Repeat("é", 59) + "..."},
	} {
		if got := tt.site.String(); got != tt.want {
			t.Errorf("%+v is named %q, want %q", tt.site, got, tt.want)
		}
	}
}

// What is shown of an album and a photo: rules, hash and redaction to the owner
// at home, to others only what they get anyway.
func TestShown(t *testing.T) {
	p := Photo{
		ID: otherID, Owner: ownerID, Size: 1000, Hash: "ab", Name: "a.jpg",
		Redaction: []Edit{{Offset: 10, Length: 100, With: []byte("xy")}, {Offset: 200, Length: 8}},
	}
	rules := Sharing{Read: matrixRules["chosen+c"], Change: matrixRules["chosen"], Version: 7}
	open := Sharing{Read: matrixRules["any"], Change: matrixRules["chosen"], Version: 7}
	dropBox := Sharing{Change: matrixRules["chosen"], Version: 7}
	for _, tt := range []struct {
		name       string
		site       string
		viewer     string
		sharing    Sharing
		want       Sharing
		own, whole bool
		photos     int
	}{
		{"owner at home", "home", "o/s", rules, rules, true, true, 3},
		{"owner by program", "home", "o/b", rules, rules, true, true, 3},
		{"stranger at home", "home", "anon", open, Sharing{Read: open.Read}, false, false, 3},
		{"other at home", "home", "x/s", open, Sharing{Read: open.Read}, false, false, 3},
		{"owner's session at a named site", "named", "o/s", rules, Sharing{}, true, false, 3},
		{"owner's token at a named site", "named", "o/all", rules, Sharing{}, true, false, 3},
		{"owner's session where it does not count", "named", "o/s", open, Sharing{Read: open.Read}, false, false, 3},
		{"owner's token, which may only put in", "named", "o/tu", dropBox, Sharing{}, true, false, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := matrixViewers[tt.viewer]
			v.Site = matrixSites[tt.site]
			a := Album{ID: "x", Owner: ownerID, Name: "n", Photos: 3, Sharing: tt.sharing}
			got, photo := a.shownTo(v), p.shownTo(v, a)
			if !equalSharing(got.Sharing, tt.want) {
				t.Errorf("rules %+v, want %+v", got.Sharing, tt.want)
			}
			if (got.Owner == v.Person && v.Person != "") != tt.own || (photo.Owner == got.Owner) != true {
				t.Errorf("album's owner %q, photo's owner %q, want own %v", got.Owner, photo.Owner, tt.own)
			}
			if got.Photos != tt.photos {
				t.Errorf("%d photos, want %d", got.Photos, tt.photos)
			}
			if whole := photo.Hash != "" && photo.Redaction != nil && photo.Size == 1000; whole != tt.whole {
				t.Errorf("photo %+v, want whole %v", photo, tt.whole)
			}
			if !tt.whole && photo.Size != 1000-100+2-8 {
				t.Errorf("size %d is not that of what the viewer gets", photo.Size)
			}
		})
	}
}

func equalSharing(a, b Sharing) bool {
	same := func(a, b Rule) bool {
		return a.Sites == b.Sites && a.Credentials == b.Credentials && slices.Equal(a.Origins, b.Origins)
	}
	return same(a.Read, b.Read) && same(a.Change, b.Change) && a.Version == b.Version
}

// A list never asks a store for everything, whoever asks.
func TestListsAreBounded(t *testing.T) {
	for siteName, site := range matrixSites {
		for viewerName, v := range maps.All(matrixViewers) {
			v.Site = site
			own, ok := ownAlbums(v)
			if ok && (own.Owner == "" || site.Foreign && len(own.Patterns) == 0) {
				t.Errorf("%s, %s: %+v", siteName, viewerName, own)
			}
			if ok && site.Foreign && v.Via.Ambient() && own.With != WithCredentials {
				t.Errorf("%s, %s: ambient proof lists rules without credentials", siteName, viewerName)
			}
		}
		all := anybodysAlbums(site)
		if len(all.Patterns) == 0 || all.With != WithoutCredentials {
			t.Errorf("%s: %+v", siteName, all)
		}
	}
}

// Deciding costs nothing where the answer is yes: it happens on every request.
func TestAllowedWithoutAllocation(t *testing.T) {
	a := Album{Owner: ownerID, Sharing: Sharing{Read: matrixRules["chosen+c"], Change: matrixRules["chosen+c"]}}
	v := Viewer{Person: ownerID, Via: ViaSession, Scopes: AllScopes, Site: matrixSites["named"]}
	if n := testing.AllocsPerRun(100, func() {
		if mayRead(v, a) != nil || mayUpload(v, a) != nil {
			t.Error("refused")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
