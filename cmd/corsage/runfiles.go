package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/script"
)

// userFlags say what the user in front of the page does.
type userFlags struct {
	File  []string `sep:"none" placeholder:"NAME=PATH" group:"user" help:"Choose the file for the input of that name or id: when the page opens its chooser, or else when nothing is pending. Repeatable."`
	Drop  []string `sep:"none" placeholder:"SELECTOR=PATH" group:"user" help:"Drop the file on an element, when nothing is pending. Repeatable; files for one element are dropped together."`
	Click []string `sep:"none" placeholder:"SELECTOR" group:"user" help:"Click on an element then. Repeatable."`
}

// user is who chooses files, drops them and clicks.
type user struct {
	chosen, dropped []handful
	clicks          []string
	asked           map[string]bool // the names for which choosers have been opened
}

// handful is files for one place.
type handful struct {
	place string // the name of an input, or a selector
	files []*agent.File
}

// user opens the files. They are read when they are sent.
func (f *userFlags) user() (*user, error) {
	u := &user{clicks: f.Click, asked: map[string]bool{}}
	for _, flag := range f.File {
		if err := hand(&u.chosen, "--file", flag, strings.Index(flag, "=")); err != nil {
			return nil, err
		}
	}
	for _, flag := range f.Drop {
		if err := hand(&u.dropped, "--drop", flag, strings.LastIndex(flag, "=")); err != nil {
			return nil, err
		}
	}
	return u, nil
}

// hand adds the file of a flag, whose place and path are on both sides of a sign.
func hand(list *[]handful, name, flag string, cut int) error {
	if cut <= 0 || cut == len(flag)-1 {
		return fmt.Errorf("%s %q is not a place and a path, such as photo=rose.jpg", name, flag)
	}
	file, err := agent.OpenFile(flag[cut+1:])
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for i := range *list {
		if h := &(*list)[i]; h.place == flag[:cut] {
			h.files = append(h.files, file)
			return nil
		}
	}
	*list = append(*list, handful{flag[:cut], []*agent.File{file}})
	return nil
}

// choose is the user in front of a chooser. An input without a name gets all files.
func (u *user) choose(c script.Chooser) (files []*agent.File, ok bool) {
	for _, h := range u.chosen {
		if c.Name == "" || c.Name == h.place {
			u.asked[h.place] = true
			files = append(files, h.files...)
		}
	}
	if len(files) > 1 && !c.Multiple {
		files = files[:1]
	}
	return files, len(files) > 0
}

// act does all the rest, one after the other.
func (u *user) act(ctx context.Context, realm *script.Realm) error {
	for _, h := range u.chosen {
		if u.asked[h.place] {
			continue
		}
		name := quoteCSS(h.place)
		inputs := fmt.Sprintf("input[type=file][name=%s], input[type=file][id=%s]", name, name)
		if err := u.find(ctx, realm, inputs, "--file: the page has no input for files with the name or id "+name); err != nil {
			return err
		}
		if err := realm.Choose(ctx, inputs, h.files...); err != nil {
			return err
		}
	}
	for _, h := range u.dropped {
		if err := u.find(ctx, realm, h.place, fmt.Sprintf("--drop: nothing in the page is a %s", h.place)); err != nil {
			return err
		}
		if err := realm.Drop(ctx, h.place, h.files...); err != nil {
			return err
		}
	}
	for _, selector := range u.clicks {
		if err := u.find(ctx, realm, selector, fmt.Sprintf("--click: nothing in the page is a %s", selector)); err != nil {
			return err
		}
		if err := realm.Click(ctx, selector); err != nil {
			return err
		}
	}
	return nil
}

// find returns an error of these words unless a selector finds something.
func (u *user) find(ctx context.Context, realm *script.Realm, selector, words string) error {
	quoted, err := json.Marshal(selector)
	if err != nil {
		return err
	}
	found, err := realm.Eval(ctx, "document.querySelector("+string(quoted)+") !== null", "selector")
	switch {
	case ctx.Err() != nil:
		return err
	case err != nil:
		return misuse(inWords(err, "%s, which cannot be read: %v", words, err))
	case found != true:
		return misuse(fmt.Errorf("%s", words), "what the page makes itself has to be there when nothing is pending any more")
	}
	return nil
}

// quoteCSS writes a string as selectors have it.
func quoteCSS(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\a `).Replace(s) + `"`
}
