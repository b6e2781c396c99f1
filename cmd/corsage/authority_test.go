package main

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The authority's certificates are good for this machine's own names and for no
// others, even if its key is used to sign one.
func TestAuthority(t *testing.T) {
	a := newAuthority(t, t.TempDir(), time.Now)
	leaf, err := a.certificate(nil)
	must(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(a.cert)
	for name, ok := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "::1": true, "albums.localhost": true, "photos.example": false, "192.0.2.1": false,
	} {
		if _, err := leaf.Leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: roots}); (err == nil) != ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	forged := forge(t, a, "photos.example")
	if _, err := forged.Verify(x509.VerifyOptions{DNSName: "photos.example", Roots: roots}); err == nil {
		t.Error("a certificate for another name, signed with the authority's key, is good")
	}
}

// forge signs a certificate for a name that the authority does not vouch for.
func forge(t *testing.T, a *authority, name string) *x509.Certificate {
	t.Helper()
	template, err := newCertificate(name, time.Now(), time.Hour)
	must(t, err)
	template.DNSNames = []string{name}
	der, err := x509.CreateCertificate(nil, template, a.cert, a.key.Public(), a.key)
	must(t, err)
	c, err := x509.ParseCertificate(der)
	must(t, err)
	return c
}

// The authority is made once, so that browsers need to be told once, and its key
// is for its owner's eyes only.
func TestAuthorityIsKept(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "tls")
	first, second := newAuthority(t, folder, time.Now), newAuthority(t, folder, time.Now)
	if !first.cert.Equal(second.cert) {
		t.Error("a second start makes another authority")
	}
	info, err := os.Stat(filepath.Join(folder, "authority-key.pem"))
	must(t, err)
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("the key's mode is %v", mode)
	}
}

// Certificates are replaced before they end, and so is the authority.
func TestAuthorityRenews(t *testing.T) {
	now := time.Now()
	clock := func() time.Time { return now }
	folder := t.TempDir()
	a := newAuthority(t, folder, clock)
	first, err := a.certificate(nil)
	must(t, err)
	if again, _ := a.certificate(nil); again != first {
		t.Error("each connection gets a certificate of its own")
	}
	now = first.Leaf.NotAfter.Add(-leafRenew + time.Minute)
	if next, _ := a.certificate(nil); next == first || next.Leaf.NotAfter.Before(now.Add(leafRenew)) {
		t.Error("the certificate was not renewed")
	}
	now = a.cert.NotAfter.Add(-authorityRenew + time.Minute)
	if next := newAuthority(t, folder, clock); next.cert.Equal(a.cert) {
		t.Error("the authority was not renewed")
	}
}

// A damaged authority is an error that names the cure, not silently another one.
func TestAuthorityDamaged(t *testing.T) {
	folder := t.TempDir()
	a := newAuthority(t, folder, time.Now)
	must(t, os.WriteFile(a.path, []byte("nothing"), 0o600))
	_, err := openAuthority(folder, time.Now)
	if err == nil || !strings.Contains(reported(err), "hint: remove "+folder) {
		t.Errorf("error %v, want a hint to remove %s", err, folder)
	}
}

// A certificate in a file is refused once it has expired, and followed when it
// is renewed.
func TestCertificateFile(t *testing.T) {
	now := time.Now()
	clock := func() time.Time { return now }
	folder := t.TempDir()
	a := newAuthority(t, folder, clock)
	cert, key := filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	copyFile(t, a.path, cert)
	copyFile(t, filepath.Join(folder, "authority-key.pem"), key)

	f, err := openCertificate(cert, key, clock)
	must(t, err)
	first := serial(t, f)

	must(t, os.Remove(a.path))
	newAuthority(t, folder, clock)
	copyFile(t, filepath.Join(folder, "authority-key.pem"), key)
	copyFile(t, a.path, cert)
	must(t, os.Chtimes(cert, now.Add(time.Minute), now.Add(time.Minute)))
	if serial(t, f) != first {
		t.Error("the file is read at every connection")
	}
	now = now.Add(certificateCheck)
	if serial(t, f) == first {
		t.Error("the renewed certificate is not used")
	}

	now = now.Add(authorityLife)
	if _, err := openCertificate(cert, key, clock); err == nil || !strings.Contains(err.Error(), "expired on 2") {
		t.Errorf("an expired certificate gives %v", err)
	}
}

func serial(t *testing.T, f *certificateFile) string {
	t.Helper()
	c, err := f.certificate(&tls.ClientHelloInfo{})
	must(t, err)
	return c.Leaf.SerialNumber.String()
}

func TestVouches(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "::1": true, "127.0.0.2": false, "0.0.0.0": false, "photos.example": false, "": false,
	} {
		if vouches(host) != want {
			t.Errorf("vouches(%q) = %v", host, !want)
		}
	}
	if !localRanges[0].Contains(net.IPv4(127, 0, 0, 1)) || localRanges[0].Contains(net.IPv4(128, 0, 0, 1)) {
		t.Errorf("the authority's range is %v", localRanges[0])
	}
}

func newAuthority(t *testing.T, folder string, now func() time.Time) *authority {
	t.Helper()
	a, err := openAuthority(folder, now)
	must(t, err)
	return a
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	must(t, err)
	must(t, os.WriteFile(to, content, 0o600))
}

// reported is what the person at the terminal sees of an error.
func reported(err error) string {
	var b strings.Builder
	report(&b, err)
	return b.String()
}
