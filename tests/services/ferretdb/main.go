// ferretdb PORT FOLDER: FerretDB on 127.0.0.1, with its data in SQLite files in FOLDER. Port 0 is
// a free one. Prints its address once it listens; ends on SIGTERM.
//
// FerretDB reads a document, changes it in memory and writes it back: two updates of one document
// at a time both win. So clients do not talk to it, but to a relay that passes on one command at a
// time. What was answered is in SQLite's log, and survives kill -9.
//
// It hangs on an update command of 100 entries or more, as each keeps one of its 100 connections.
package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

const (
	headerBytes     = 16
	messageBytesMax = 48_000_000
)

func main() {
	port, folder := os.Args[1], os.Args[2]
	ended, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	socket := folder + "/ferretdb.socket"
	os.Remove(socket) // of a server that was killed
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{Unix: socket},
		Logger:    slog.New(slog.NewTextHandler(io.Discard, nil)),
		Handler:   "sqlite",
		SQLiteURL: "file:" + folder + "/",
	})
	if err != nil {
		log.Fatal(err)
	}
	clients, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	go acceptAll(clients, socket)
	fmt.Printf("mongodb://%v\n", clients.Addr())
	if err := server.Run(ended); err != nil {
		log.Fatal(err)
	}
}

func acceptAll(clients net.Listener, socket string) {
	for {
		client, err := clients.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go func() {
			defer client.Close()
			server, err := net.Dial("unix", socket)
			if err != nil {
				return
			}
			defer server.Close()
			for relay(client, server) == nil {
			}
		}()
	}
}

var oneAtATime sync.Mutex

// relay passes on a command and its answer.
func relay(client, server net.Conn) error {
	command, err := readMessage(client)
	if err != nil {
		return err
	}
	answer, err := ask(server, command)
	if err != nil || wantsNoAnswer(command) {
		return err // FerretDB answers in any case
	}
	_, err = client.Write(answer)
	return err
}

func ask(server net.Conn, command []byte) ([]byte, error) {
	oneAtATime.Lock()
	defer oneAtATime.Unlock()
	if _, err := server.Write(command); err != nil {
		return nil, err
	}
	return readMessage(server)
}

func readMessage(from io.Reader) ([]byte, error) {
	header := make([]byte, headerBytes)
	if _, err := io.ReadFull(from, header); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint32(header)
	if length < headerBytes || length > messageBytesMax {
		return nil, errors.New("no message")
	}
	message := make([]byte, length)
	copy(message, header)
	_, err := io.ReadFull(from, message[headerBytes:])
	return message, err
}

// wantsNoAnswer tells of an OP_MSG with the flag moreToCome.
func wantsNoAnswer(message []byte) bool {
	const opMsg, moreToCome = 2013, 2
	return binary.LittleEndian.Uint32(message[12:]) == opMsg &&
		len(message) > headerBytes && message[headerBytes]&moreToCome != 0
}
