package fetch

import (
	"strings"

	"github.com/corsage-go/corsage/cors"
)

// checkResourcePolicy lets a server keep what it answers from pages of other
// origins or sites that ask blindly. The answer's header is in f.fields.
//
// Standard: https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check
func (f *fetching) checkResourcePolicy() error {
	values := f.fields.Values("Cross-Origin-Resource-Policy")
	if len(values) != 1 {
		return nil // none, or a list, which is no policy
	}
	policy := values[0]
	switch policy {
	case "same-origin":
		if f.isOwn(f.url) {
			return nil
		}
	case "same-site":
		if f.isSameSiteUnlessSecret() {
			return nil
		}
	default:
		return nil
	}
	return f.refuse(cors.ResourcePolicy, cors.OnResponse, policy, "cross-origin")
}

// isSameSiteUnlessSecret compares the sites without their schemes; but what came
// over https is not for a page that did not.
//
// Standard: https://html.spec.whatwg.org/#schemelessly-same-site
func (f *fetching) isSameSiteUnlessSecret() bool {
	own := f.engine.sites.of(f.client.Origin).site
	other := f.engine.sites.siteOf(f.url.OriginString())
	scheme, name, _ := strings.Cut(own, "://")
	_, otherName, _ := strings.Cut(other, "://")
	return name != "" && name == otherName && (scheme == "https" || f.url.Scheme() != "https")
}
