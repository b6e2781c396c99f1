package fetch

import "github.com/corsage-go/corsage/cors"

// checkResourcePolicy lets a server keep what it answers from pages that ask
// blindly. The answer's header is in f.fields.
//
// Standard: https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check
func (f *fetching) checkResourcePolicy() error {
	page, target := f.parties()
	if v := cors.CheckResourcePolicy(page, target, &f.fields); v.Refused() {
		return f.refused(v, nil)
	}
	return nil
}

// parties are the page that asks and the server that is asked.
func (f *fetching) parties() (page, target cors.Party) {
	own, other := f.client.Origin, f.url.OriginString()
	return cors.Party{Origin: own.String(), Site: f.engine.sites.of(own).site},
		cors.Party{Origin: other, Site: f.engine.sites.siteOf(other)}
}
