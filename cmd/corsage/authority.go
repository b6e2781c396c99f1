package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// How long certificates last, and how long before their end they are replaced.
const (
	authorityLife  = 10 * 365 * 24 * time.Hour
	authorityRenew = 30 * 24 * time.Hour
	leafLife       = 30 * 24 * time.Hour
	leafRenew      = 10 * 24 * time.Hour
)

// authority is a certificate authority for this machine alone. It can vouch for
// localhost and the loopback addresses and for nothing else: its own certificate
// says so, which limits the harm if its key is stolen after a browser was told
// to trust it.
type authority struct {
	path string // of its certificate, for the person who is to trust it
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	now  func() time.Time

	mu   sync.Mutex
	leaf *tls.Certificate
}

// localNames are what the authority vouches for.
var (
	localDomain = "localhost"
	localRanges = []*net.IPNet{
		{IP: net.IPv4(127, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)},
		{IP: net.IPv6loopback, Mask: net.CIDRMask(128, 128)},
	}
)

// openAuthority reads the authority kept in a folder, or makes one there if it
// has none or the old one is at its end.
func openAuthority(folder string, now func() time.Time) (*authority, error) {
	a := &authority{path: filepath.Join(folder, "authority.pem"), now: now}
	keyPath := filepath.Join(folder, "authority-key.pem")
	err := a.read(keyPath)
	if err == nil && now().Add(authorityRenew).Before(a.cert.NotAfter) {
		return a, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, hinted(fmt.Errorf("reading the certificate authority: %w", err),
			fmt.Sprintf("remove %s and start again; browsers have to be told to trust the new one", folder))
	}
	if err := a.create(keyPath); err != nil {
		return nil, fmt.Errorf("making a certificate authority: %w", err)
	}
	return a, nil
}

func (a *authority) read(keyPath string) error {
	pair, err := tls.LoadX509KeyPair(a.path, keyPath)
	if err != nil {
		return err
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return fmt.Errorf("%s holds a key of another kind", keyPath)
	}
	a.cert, a.key = pair.Leaf, key
	return nil
}

func (a *authority) create(keyPath string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template, err := newCertificate("Corsage on this machine", a.now(), authorityLife)
	if err != nil {
		return err
	}
	template.IsCA, template.BasicConstraintsValid, template.MaxPathLenZero = true, true, true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	template.PermittedDNSDomainsCritical = true
	template.PermittedDNSDomains = []string{localDomain}
	template.PermittedIPRanges = localRanges
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(a.path), 0o700); err != nil {
		return err
	}
	if err := writeSecret(keyPath, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})); err != nil {
		return err
	}
	if err := writeSecret(a.path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})); err != nil {
		return err
	}
	return a.read(keyPath)
}

// certificate returns a certificate for this machine's own names, a fresh one
// when the last nears its end. It has the form of tls.Config.GetCertificate.
func (a *authority) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	if a.leaf != nil && now.Add(leafRenew).Before(a.leaf.Leaf.NotAfter) {
		return a.leaf, nil
	}
	leaf, err := a.issue(now)
	if err != nil {
		return nil, fmt.Errorf("issuing a certificate: %w", err)
	}
	a.leaf = leaf
	return leaf, nil
}

func (a *authority) issue(now time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template, err := newCertificate(localDomain, now, leafLife)
	if err != nil {
		return nil, err
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	template.DNSNames = []string{localDomain, "*." + localDomain}
	template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}

func newCertificate(name string, now time.Time, life time.Duration) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name, Organization: []string{"Corsage local authority"}},
		NotBefore:    now.Add(-time.Hour), // for clocks that are a little behind
		NotAfter:     now.Add(life),
	}, nil
}

// vouches reports whether the authority can vouch for a host.
func vouches(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.Equal(net.IPv4(127, 0, 0, 1)) || ip.Equal(net.IPv6loopback)
	}
	return host == localDomain
}
