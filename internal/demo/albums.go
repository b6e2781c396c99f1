package demo

// Album is one of the demo's albums.
type Album struct {
	Name   string
	Photos []Photo
}

// The albums by name, which says what each is there to show.
const (
	OpenGarden   = "Open garden"     // any site may read it
	ForPartner   = "For the partner" // a chosen site may read and change it
	SignedInOnly = "Signed-in only"  // a chosen site, for visitors who signed in
	Private      = "Private"         // nobody else's site
)

// Albums returns the demo's albums with their photos.
func Albums() []Album {
	return []Album{
		{Name: Private, Photos: []Photo{
			{Name: "by-the-window.jpg", seed: 41, scene: scene{back: dusk, flowers: bouquet, kinds: kinds(anemone)}, place: kew},
			{Name: "letter-and-rose.jpg", seed: 42, scene: scene{back: linen, flowers: single, kinds: kinds(rose)}},
			{Name: "last-light.jpg", seed: 43, scene: scene{back: dusk, flowers: meadow, kinds: kinds(daisy, cosmos)}},
		}},
		{Name: SignedInOnly, Photos: []Photo{
			{Name: "anemone.jpg", seed: 31, scene: scene{back: dawn, flowers: single, kinds: kinds(anemone)}},
			{Name: "table-setting.jpg", seed: 32, scene: scene{back: linen, flowers: bouquet, kinds: kinds(rose, daisy)}, place: giverny},
			{Name: "night-garden.png", seed: 33, scene: scene{back: dusk, flowers: meadow, kinds: kinds(cosmos)}},
		}},
		{Name: ForPartner, Photos: []Photo{
			{Name: "bridal-corsage.jpg", seed: 21, scene: scene{back: linen, flowers: bouquet, kinds: kinds(rose, anemone)}, place: giverny},
			{Name: "dahlia-study.jpg", seed: 22, scene: scene{back: shade, flowers: single, kinds: kinds(dahlia)}},
			{Name: "cosmos-field.jpg", seed: 23, scene: scene{back: dawn, flowers: meadow, kinds: kinds(cosmos)}},
			{Name: "sample-card.jpg", seed: 24, scene: scene{back: linen, flowers: bouquet, kinds: kinds(daisy, cosmos)}},
		}},
		{Name: OpenGarden, Photos: []Photo{
			{Name: "daisies.jpg", seed: 11, scene: scene{back: meadowGreen, flowers: meadow, kinds: kinds(daisy)}},
			{Name: "morning-dahlia.jpg", seed: 12, scene: scene{back: dawn, flowers: single, kinds: kinds(dahlia)}, place: kew},
			{Name: "climbing-rose.jpg", seed: 13, scene: scene{back: shade, flowers: bouquet, kinds: kinds(rose)}, upright: true, place: kew},
			{Name: "anemones-and-daisies.jpg", seed: 14, scene: scene{back: meadowGreen, flowers: meadow, kinds: kinds(anemone, daisy)}},
			{Name: "cosmos-at-dusk.png", seed: 15, scene: scene{back: dusk, flowers: single, kinds: kinds(cosmos)}},
		}},
	}
}

func kinds(k ...species) []species { return k }

// The places that some of the photos say they were taken at: public gardens.
var (
	kew     = &place{lat: 51.4787, lon: -0.2956}
	giverny = &place{lat: 49.0754, lon: 1.5337}
)
