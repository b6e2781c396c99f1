package script

import (
	"strings"

	"github.com/corsage-go/corsage/agent/script/engine"
)

func (r *Realm) navigatorOps() ops {
	return ops{
		"browser": r.opBrowser, "isWorker": r.opIsWorker,
		"cookieEnabled": func(*engine.Call) (any, error) { return !r.settings().Client.Origin.IsOpaque(), nil },
	}
}

// opBrowser tells how the browser calls itself, and its user's languages.
func (r *Realm) opBrowser(*engine.Call) (any, error) {
	b := r.environment.Browser()
	languages := []string{}
	for item := range strings.SplitSeq(b.AcceptLanguage, ",") {
		name, _, _ := strings.Cut(item, ";")
		if name = strings.TrimSpace(name); name != "" && name != "*" {
			languages = append(languages, name)
		}
	}
	return engine.Record{{Name: "userAgent", Value: b.UserAgent}, {Name: "languages", Value: languages}}, nil
}
