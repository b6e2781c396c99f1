package main

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// certificateCheck is how often the files of a certificate are looked at.
const certificateCheck = 30 * time.Second

// certificateFile is a certificate and key in files. It follows them when they
// are renewed, without a restart.
type certificateFile struct {
	certPath, keyPath string
	now               func() time.Time

	mu       sync.Mutex
	current  *tls.Certificate
	modified time.Time // of the certificate file that current was read from
	checked  time.Time
}

// openCertificate reads a certificate and key and refuses one that is of no use
// any more.
func openCertificate(certPath, keyPath string, now func() time.Time) (*certificateFile, error) {
	f := &certificateFile{certPath: certPath, keyPath: keyPath, now: now}
	if err := f.load(); err != nil {
		return nil, hinted(err, "--tls-cert takes the certificate with its chain and --tls-key its private key, both as PEM files")
	}
	if end := f.current.Leaf.NotAfter; now().After(end) {
		return nil, hinted(fmt.Errorf("the certificate in %s expired on %s", certPath, end.UTC().Format(time.DateOnly)),
			"renew it; browsers refuse an expired certificate")
	}
	return f, nil
}

// certificate has the form of tls.Config.GetCertificate. A renewed file that
// cannot be read leaves the old certificate in use: it may be half-written, and
// is looked at again.
func (f *certificateFile) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := f.now(); now.Sub(f.checked) >= certificateCheck {
		f.checked = now
		if info, err := os.Stat(f.certPath); err == nil && !info.ModTime().Equal(f.modified) {
			_ = f.load()
		}
	}
	return f.current, nil
}

func (f *certificateFile) load() error {
	info, err := os.Stat(f.certPath)
	if err != nil {
		return fmt.Errorf("reading the certificate: %w", err)
	}
	pair, err := tls.LoadX509KeyPair(f.certPath, f.keyPath)
	if err != nil {
		return fmt.Errorf("reading the certificate: %w", err)
	}
	f.current, f.modified, f.checked = &pair, info.ModTime(), f.now()
	return nil
}
