package sqlite

import (
	"database/sql/driver"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What is asked for at every request costs an indexed look-up, whatever the
// number of people, albums and photos: no query reads a table or an index from
// end to end, or sorts what it finds.
func TestQueryPlans(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "corsage.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	queries := []*query{
		personByID, personByName, setPassword,
		albumByID, albumByName, albumsOfAll, albumsOfOwner, updateAlbum, deleteAlbum,
		countAlbum, uncountAlbum, photosOfAlbum,
		shared, sharedOfOwner, albumsByIDs, ruleByPatterns, deleteRules,
		photoByID, photoByName, photosByAlbum, photosAfter, takePhoto, deletePhoto, countPhotos,
		sessionByHash, deleteSession, deleteSessionsOf, deleteOldSessions,
		tokenByHash, countTokens, tokensOfPerson, deleteToken, deleteTokensOf, deleteOldTokens, scopesOfOrigin,
	}
	// A JSON array of patterns and the few sets of scopes are read from end to end.
	dear := regexp.MustCompile(`SCAN (people|albums|a|read_rules|r|photos|sessions|tokens)\b|TEMP B-TREE`)
	for _, q := range queries {
		steps, err := list(s.writer.conn, &query{sql: "EXPLAIN QUERY PLAN " + q.sql}, func(_ *conn, r row) (string, error) {
			return r.text(3), nil
		}, make([]driver.Value, 11)...)
		if err != nil {
			t.Fatal(err)
		}
		plan := strings.Join(steps, "\n")
		if !strings.Contains(plan, "SEARCH") || dear.MatchString(plan) {
			t.Errorf("%s\nis done by\n%s", q.sql, plan)
		}
		t.Logf("%s: %s", q.does, strings.ReplaceAll(plan, "\n", "; "))
	}
}
