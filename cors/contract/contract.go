package contract

import "github.com/corsage-go/corsage/cors"

// Contract is what an API promises to pages of other origins. Keys of the file are
// in the tags.
type Contract struct {
	Version int               `yaml:"version"` // of the format: 1
	Name    string            `yaml:"name"`    // of the API, for people
	Base    string            `yaml:"base"`    // origin of the API, such as https://api.example; may be given from outside
	Send    map[string]string `yaml:"send"`    // header fields of all requests but preflights, such as Authorization
	Routes  []Route           `yaml:"routes"`

	places places
}

// Route is what is promised about one address.
type Route struct {
	Path          string            `yaml:"path"`          // with its query, if it has one
	Name          string            `yaml:"name"`          // for people; the path if there is none
	Rules         []Rule            `yaml:"rules"`         // who may do what; an origin may do what any rule allows it
	RefuseOrigins []string          `yaml:"refuseOrigins"` // who must be refused, besides look-alikes
	LookAlikes    *bool             `yaml:"lookAlikes"`    // false: origins that look like allowed ones are not tried
	Vary          *bool             `yaml:"vary"`          // false: it is not checked whether answers vary by Origin where they must
	Errors        []Failure         `yaml:"errors"`        // error answers that pages must be able to read
	SafeToCall    []string          `yaml:"safeToCall"`    // methods besides GET and HEAD that may really be called
	Send          map[string]string `yaml:"send"`          // as in Contract; these come first
}

// Rule is what some origins may do. Its keys are those of a policy.
type Rule struct {
	AllowOrigins     []string `yaml:"allowOrigins"`     // patterns
	AllowMethods     []string `yaml:"allowMethods"`     // GET if it is left out
	AllowHeaders     []string `yaml:"allowHeaders"`     // that need approval
	ExposeHeaders    []string `yaml:"exposeHeaders"`    // that scripts can read, besides the safelisted ones
	AllowCredentials bool     `yaml:"allowCredentials"` //
	MaxAge           *Bounds  `yaml:"maxAge"`           // how long preflights may be remembered; nil for any time

	patterns []cors.Pattern // AllowOrigins, read by Parse
}

// Bounds is a range of seconds.
type Bounds struct {
	AtLeast *int `yaml:"atLeast"`
	AtMost  *int `yaml:"atMost"`
}

// Failure is a request that the API answers with an error, which pages must be able
// to read all the same.
type Failure struct {
	Path   string `yaml:"path"`   // the route's own if it is left out
	Method string `yaml:"method"` // GET if it is left out; others must be safe to call
	Status int    `yaml:"status"` // that is expected; 0 for any from 400 on
}

// Place is a position in the file, both counted from 1; zero if it is not known.
type Place struct{ Line, Column int }

// places has the position of each value, by its path: "routes[0].rules[1].maxAge".
type places map[string]Place

// at finds the position of a path, or of the nearest thing around it.
func (p places) at(path string) Place {
	for path != "" {
		if place, ok := p[path]; ok {
			return place
		}
		path = parentPath(path)
	}
	return p[""]
}

// parentPath is a path without its last part.
func parentPath(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '.' || path[i] == '[' {
			return path[:i]
		}
	}
	return ""
}

// title is what people call the route.
func (r *Route) title() string {
	if r.Name != "" {
		return r.Name
	}
	return r.Path
}

func (r *Route) triesLookAlikes() bool { return r.LookAlikes == nil || *r.LookAlikes }
func (r *Route) checksVary() bool      { return r.Vary == nil || *r.Vary }

// methods is what a rule allows.
func (r *Rule) methods() []string {
	if r.AllowMethods == nil {
		return []string{"GET"}
	}
	return r.AllowMethods
}
