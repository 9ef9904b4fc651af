// Conversations by TLS between the server and itself, and what their keys are.
package main

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net/http"
	"sync"
	"time"
)

var tlsSent, tlsReceived = count("tls_sent"), count("tls_received")

var keyLog struct {
	sync.Mutex
	bytes.Buffer
}

type keyWriter struct{}

func (keyWriter) Write(line []byte) (int, error) {
	keyLog.Lock()
	defer keyLog.Unlock()
	return keyLog.Buffer.Write(line)
}

func init() {
	certificate := selfSigned()
	handle("/tls", func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < number(r); i++ {
			converse(certificate)
		}
	})
	http.HandleFunc("/keys", func(w http.ResponseWriter, r *http.Request) {
		keyLog.Lock()
		defer keyLog.Unlock()
		w.Write(keyLog.Bytes())
	})
}

func selfSigned() tls.Certificate {
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// One question and one answer.
func converse(certificate tls.Certificate) {
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}})
	if err != nil {
		panic(err)
	}
	defer listener.Close()
	go func() {
		server, err := listener.Accept()
		if err != nil {
			return
		}
		line, _ := bufio.NewReader(server).ReadString('\n')
		tlsReceived.add(int64(len(line)))
		sent, _ := io.WriteString(server, "the answer is 42\n")
		tlsSent.add(int64(sent))
		server.Close()
	}()
	client, err := tls.Dial("tcp", listener.Addr().String(), &tls.Config{InsecureSkipVerify: true, KeyLogWriter: keyWriter{}})
	if err != nil {
		panic(err)
	}
	sent, _ := io.WriteString(client, "what is the secret?\n")
	tlsSent.add(int64(sent))
	answer, _ := io.ReadAll(client)
	tlsReceived.add(int64(len(answer)))
	client.Close()
}
