// An independent reader of our evidence: golang.org/x/mod's note and tlog, which are the code of Go's checksum database
// and share nothing with ours. Reads cases, one a line, from the file that is named on the command line:
//
//	accept|refuse note   VKEY NOTE
//	accept|refuse leaf   VKEY LEAF PROOF
//	accept|refuse grown  SIZE ROOT SIZE ROOT HASHES
//
// VKEY is a verifier key; NOTE, LEAF, PROOF (a .tlog-proof) and HASHES (joined) are base64. Exits with 0 when every case
// is as it says; prints how many there were and each one that is not.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var strict = base64.StdEncoding.Strict()

func open(vkey string, msg []byte) (*note.Note, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, err
	}
	return note.Open(msg, note.VerifierList(verifier))
}

// The three lines of a checkpoint. tlog.ParseTree wants its own first line, so that it can't be used.
func checkpoint(text string) (origin string, tree tlog.Tree, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] == "" {
		return "", tree, errors.New("not three lines")
	}
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(tree.N, 10) != lines[1] {
		return "", tree, errors.New("no size")
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return lines[0], tree, err
}

func checkNote(vkey string, msg []byte) error {
	opened, err := open(vkey, msg)
	if err != nil {
		return err
	}
	origin, _, err := checkpoint(opened.Text)
	if err == nil && !strings.HasPrefix(vkey, origin+"+") {
		err = errors.New("another origin")
	}
	return err
}

func checkLeaf(vkey string, leaf, proof []byte) error {
	head, msg, found := bytes.Cut(proof, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		return errors.New("not a proof")
	}
	index, err := strconv.ParseInt(lines[1][6:], 10, 64)
	if err != nil || strconv.FormatInt(index, 10) != lines[1][6:] {
		return errors.New("no index")
	}
	var path tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := strict.DecodeString(line)
		if err != nil || len(hash) != tlog.HashSize {
			return errors.New("not a hash")
		}
		path = append(path, *(*tlog.Hash)(hash))
	}
	if err := checkNote(vkey, msg); err != nil {
		return err
	}
	opened, err := open(vkey, msg)
	if err != nil {
		return err
	}
	_, tree, err := checkpoint(opened.Text)
	if err != nil {
		return err
	}
	if index < 0 || index >= tree.N {
		return errors.New("index outside of the tree")
	}
	return tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(leaf))
}

func checkGrown(from, fromRoot, size, root string, hashes []byte) error {
	n, err1 := strconv.ParseInt(from, 10, 64)
	t, err2 := strconv.ParseInt(size, 10, 64)
	old, err3 := tlog.ParseHash(fromRoot)
	now, err4 := tlog.ParseHash(root)
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil || len(hashes)%tlog.HashSize != 0 || n < 1 || n > t {
		return errors.New("not a proof")
	}
	var proof tlog.TreeProof
	for ; len(hashes) > 0; hashes = hashes[tlog.HashSize:] {
		proof = append(proof, *(*tlog.Hash)(hashes[:tlog.HashSize]))
	}
	return tlog.CheckTree(proof, t, now, n, old)
}

func run(words []string) error {
	blob := func(i int) []byte {
		if i >= len(words) {
			return nil
		}
		out, err := strict.DecodeString(words[i])
		if err != nil {
			panic("case is not base64")
		}
		return out
	}
	switch words[1] {
	case "note":
		return checkNote(words[2], blob(3))
	case "leaf":
		return checkLeaf(words[2], blob(3), blob(4))
	case "grown":
		return checkGrown(words[2], words[3], words[4], words[5], blob(6))
	}
	panic("unknown case " + words[1])
}

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<22)
	accepted, refused, wrong := 0, 0, 0
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		err := run(words)
		if (err == nil) != (words[0] == "accept") {
			wrong++
			fmt.Printf("%s: %v\n", lines.Text(), err)
		} else if err == nil {
			accepted++
		} else {
			refused++
		}
	}
	fmt.Printf("accepted %d, refused %d, otherwise than expected %d\n", accepted, refused, wrong)
	if wrong > 0 || accepted+refused == 0 {
		os.Exit(1)
	}
}
