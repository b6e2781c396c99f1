package albumtest

import "github.com/corsage-go/corsage/album"

var peopleTests = []storeTest{
	{"a person is found by ID and by name, as stored", personFound},
	{"a name belongs to one person", personNameUnique},
	{"names are told apart exactly as they were typed", personNamesExact},
	{"an absent person is NotFound", personAbsent},
	{"people are listed by name", peopleByName},
	{"a password can be replaced", passwordReplaced},
}

func personFound(f *fixture) {
	ada := f.addPerson("Ada")
	f.addPerson("Grace")

	got, err := f.Person(f.ctx, ada.ID)
	wantEqual(f, got, err, ada)
	got, err = f.PersonByName(f.ctx, "Ada")
	wantEqual(f, got, err, ada)
}

func personNameUnique(f *fixture) {
	ada := f.addPerson("Ada")

	f.wantKind(f.CreatePerson(f.ctx, album.Person{ID: f.id(), Name: "Ada", Created: noon}), album.Conflict, "a taken name")
	f.wantKind(f.CreatePerson(f.ctx, album.Person{ID: ada.ID, Name: "Eve", Created: noon}), album.Conflict, "a taken ID")
	people, err := f.People(f.ctx)
	wantEqual(f, people, err, []album.Person{ada})
}

// hostileNames are names that a store must keep as they are.
var hostileNames = []string{
	"ada", "Ada", "ADA", "Ada ", "Ádá", "A\u0301da\u0301", "%", "_", "'", `"; DROP TABLE people; --`,
	"a\x00b", "a\x00c", "\n", "🌸", "\u202eada", "null",
}

func personNamesExact(f *fixture) {
	for _, name := range hostileNames {
		p := f.addPerson(name)
		got, err := f.PersonByName(f.ctx, name)
		wantEqual(f, got, err, p)
	}
}

func personAbsent(f *fixture) {
	f.addPerson("Ada")

	_, err := f.Person(f.ctx, f.id())
	f.wantKind(err, album.NotFound, "an unknown ID")
	_, err = f.PersonByName(f.ctx, "A%")
	f.wantKind(err, album.NotFound, "an unknown name")
	f.wantKind(f.SetPassword(f.ctx, f.id(), "x"), album.NotFound, "a password for nobody")
}

func peopleByName(f *fixture) {
	people, err := f.People(f.ctx)
	if err != nil || len(people) != 0 {
		f.Errorf("an empty store has the people %v, %v", people, err)
	}
	c, a, b := f.addPerson("Carol"), f.addPerson("Alice"), f.addPerson("Bob")
	people, err = f.People(f.ctx)
	wantEqual(f, people, err, []album.Person{a, b, c})
}

func passwordReplaced(f *fixture) {
	ada, eve := f.addPerson("Ada"), f.addPerson("Eve")
	f.must(f.SetPassword(f.ctx, ada.ID, "$argon2id$new"))

	ada.Password = "$argon2id$new"
	people, err := f.People(f.ctx)
	wantEqual(f, people, err, []album.Person{ada, eve})
}
