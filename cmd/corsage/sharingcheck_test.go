package main

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/memory"
)

// A rule that a browser could not keep, or that gives away more than it seems
// to, is refused with the place, the value and a cure that an owner has.
func TestCheckSharingRefuses(t *testing.T) {
	book := testRulebook(t, memory.NewStore())
	for _, c := range []struct {
		name          string
		rule          album.Rule
		field, detail string
	}{
		{"no origin", chosen(false, "partner.example"), "origins[0]", "https://partner.example"},
		{"the second", chosen(false, named, "https://partner.example/"), "origins[1]", "did you mean"},
		{"http with credentials", chosen(true, "http://partner.example"), "origins[0]", "share without credentials"},
		{"public suffix", chosen(false, "https://*.co.uk"), "origins[0]", "belongs to one owner"},
		{"null", chosen(false, "null"), "origins[0]", "Name a site"},
		{"wildcard", chosen(false, "*"), "origins[0]", "any site"},
		{"wildcard among others", chosen(false, named, "*"), "origins[1]", "any site"},
		{"any with credentials", album.Rule{Sites: album.AnySite, Credentials: true}, "credentials", "choose the sites"},
		{"no such kind", album.Rule{Sites: "some"}, "sites", "nobody, chosen and any"},
	} {
		for _, side := range []string{"read", "change"} {
			t.Run(side+" "+c.name, func(t *testing.T) {
				s := album.Sharing{Read: c.rule}
				if side == "change" {
					s = album.Sharing{Change: c.rule}
				}
				_, err := book.checkSharing(s)
				e, ok := errors.AsType[*album.Error](err)
				if !ok || e.Kind != album.Invalid {
					t.Fatalf("error %v, want one of kind invalid", err)
				}
				if want := side + "." + c.field; e.Field != want {
					t.Errorf("field %q, want %q", e.Field, want)
				}
				if !strings.Contains(e.Detail, c.detail) || strings.Contains(e.Detail, "angerously") {
					t.Errorf("detail %q, want it to say %q and no switch that owners do not have", e.Detail, c.detail)
				}
			})
		}
	}
}

// All that is wrong with a rule is said at once.
func TestCheckSharingSaysAll(t *testing.T) {
	book := testRulebook(t, memory.NewStore())
	_, err := book.checkSharing(album.Sharing{Read: chosen(true, "http://one.example", "https://*.com", "three")})
	for _, part := range []string{"one.example", "*.com", "three"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not mention %s", err, part)
		}
	}
}

// Accepted rules come back sorted, and checking them again changes nothing.
func TestCheckSharingAccepts(t *testing.T) {
	book := testRulebook(t, memory.NewStore())
	in := album.Sharing{
		Read:   chosen(true, "https://z.example", "http://localhost:*", "https://*.a.example"),
		Change: album.Rule{Sites: album.AnySite},
	}
	out, err := book.checkSharing(in)
	must(t, err)
	if want := []string{"http://localhost:*", "https://*.a.example", "https://z.example"}; !slices.Equal(out.Read.Origins, want) {
		t.Errorf("origins %q, want %q", out.Read.Origins, want)
	}
	if in.Read.Origins[0] != "https://z.example" {
		t.Error("the caller's rule was changed")
	}
	again, err := book.checkSharing(out)
	if err != nil || !slices.Equal(again.Read.Origins, out.Read.Origins) {
		t.Errorf("checked again: %v, %v", again, err)
	}
}

// Sessions and tokens are bound to sites that can be told from others.
func TestCheckOrigin(t *testing.T) {
	for origin, ok := range map[string]bool{
		named: true, "http://localhost:8402": true,
		"null": false, "": false, "*": false, "https://partner.example/": false, "https://*.partner.example": false,
	} {
		if err := checkOrigin(origin); (err == nil) != ok {
			t.Errorf("checkOrigin(%q) = %v", origin, err)
		}
	}
}

func chosen(credentials bool, origins ...string) album.Rule {
	return album.Rule{Sites: album.ChosenSites, Origins: origins, Credentials: credentials}
}
