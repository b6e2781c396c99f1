package album

import (
	"context"
	"fmt"
)

// AddPerson makes an account. The name is what the person types at sign-in;
// Conflict if somebody has it, Invalid if it or the password will not do.
func (l *Library) AddPerson(ctx context.Context, name, password string) (Person, error) {
	name, err := cleanPersonName(name, l.limits.NameBytes)
	if err != nil {
		return Person{}, err
	}
	if err := checkPassword(name, password, l.limits.PasswordBytes); err != nil {
		return Person{}, err
	}
	p := Person{Name: name, Created: l.clock()}
	if p.ID, err = l.newID(); err != nil {
		return Person{}, err
	}
	if p.Password, err = l.passwords.hash(ctx, password); err != nil {
		return Person{}, fmt.Errorf("hash password: %w", err)
	}
	if err := l.store.CreatePerson(ctx, p); err != nil {
		return Person{}, personFailed("add", name, err)
	}
	return p.withoutPassword(), nil
}

// SetPassword gives the person of that name another password, ends all their
// sessions and revokes all their tokens: whoever has got hold of the old password
// may have begun and issued some. NotFound if there is nobody of that name.
func (l *Library) SetPassword(ctx context.Context, name, password string) error {
	p, err := l.store.PersonByName(ctx, name)
	if err != nil {
		return personFailed("find", name, err)
	}
	if err := checkPassword(p.Name, password, l.limits.PasswordBytes); err != nil {
		return err
	}
	hash, err := l.passwords.hash(ctx, password)
	if err != nil {
		return fmt.Errorf("hash password: %w", err)
	}
	if err := l.store.SetPassword(ctx, p.ID, hash); err != nil {
		return personFailed("set the password of", name, err)
	}
	// In this order: who signs in with the old password meanwhile looks once more
	// whether it still holds.
	if err := l.store.DeleteSessionsOf(ctx, p.ID); err != nil {
		return fmt.Errorf("the password of %q is set, but the old sessions are not ended: %w", clip(name), err)
	}
	if err := l.store.DeleteTokensOf(ctx, p.ID); err != nil {
		return fmt.Errorf("the password of %q is set and the old sessions are ended, but the tokens are not revoked: %w", clip(name), err)
	}
	return nil
}

// RevokeTokens revokes all tokens of the person of that name; their password and
// sessions stay. NotFound if there is nobody of that name.
func (l *Library) RevokeTokens(ctx context.Context, name string) error {
	p, err := l.store.PersonByName(ctx, name)
	if err != nil {
		return personFailed("find", name, err)
	}
	if err := l.store.DeleteTokensOf(ctx, p.ID); err != nil {
		return fmt.Errorf("revoke the tokens of %q: %w", clip(name), err)
	}
	return nil
}

// Person implements Access. Its Password is empty.
func (l *Library) Person(ctx context.Context, v Viewer) (Person, error) {
	if err := mustBePerson(v); err != nil {
		return Person{}, err
	}
	p, err := l.store.Person(ctx, v.Person)
	if err != nil {
		return Person{}, fmt.Errorf("read person %s: %w", v.Person, err)
	}
	return p.withoutPassword(), nil
}

func (p Person) withoutPassword() Person {
	p.Password = ""
	return p
}

func personFailed(verb, name string, err error) error {
	switch KindOf(err) {
	case NotFound:
		return badPerson(NotFound, "there is nobody named %q", name)
	case Conflict:
		return badPerson(Conflict, "somebody is named %q already; choose another name", name)
	default:
		return fmt.Errorf("%s person %q: %w", verb, clip(name), err)
	}
}

func badPerson(k Kind, format, name string) *Error {
	e := Errorf(k, format, clip(name))
	e.Field = "name"
	return e
}
