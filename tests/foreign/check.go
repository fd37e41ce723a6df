// Checks proofs of a Tenuto log with golang.org/x/mod's note and tlog packages, of which nothing here knows how they
// work. Reads one case a line and answers 1 (holds) or 0 (does not) for each.
//
//	check included VKEY   {"entry": base64, "proof": base64 of a .tlog-proof file}
//	check grown           {"old": n, "new": n, "old_root": base64, "new_root": base64, "hashes": [base64, …]}
//	check tiles VKEY DIR  no cases: every hash of level 0 is read through the tiles, authenticated by the checkpoint
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var errShape = errors.New("not as it must be written")

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	switch os.Args[1] {
	case "included":
		verifiers := keys(os.Args[2])
		each(out, func(line []byte) error { return included(line, verifiers) })
	case "grown":
		each(out, grown)
	case "tiles":
		count, err := tiles(keys(os.Args[2]), os.Args[3])
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Fprintln(out, count)
	}
}

func keys(vkey string) note.Verifiers {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		panic(err)
	}
	return note.VerifierList(verifier)
}

func each(out *bufio.Writer, check func([]byte) error) {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		answer := byte('1')
		if check(lines.Bytes()) != nil {
			answer = '0'
		}
		out.WriteByte(answer)
	}
}

func included(line []byte, verifiers note.Verifiers) error {
	var asked struct{ Entry, Proof []byte }
	if err := json.Unmarshal(line, &asked); err != nil {
		panic(err)
	}
	head, checkpoint, found := bytes.Cut(asked.Proof, []byte("\n\n"))
	if !found {
		return errShape
	}
	size, root, err := opened(checkpoint, verifiers)
	if err != nil {
		return err
	}
	lines := strings.Split(string(head), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		return errShape
	}
	if len(lines) > 1 && strings.HasPrefix(lines[1], "extra ") { // what the entry is computed from; ours to know
		lines = lines[1:]
	}
	if len(lines) < 2 || !strings.HasPrefix(lines[1], "index ") {
		return errShape
	}
	index, err := strconv.ParseInt(lines[1][len("index "):], 10, 64)
	if err != nil {
		return err
	}
	proof := tlog.RecordProof{}
	for _, text := range lines[2:] {
		hash, err := tlog.ParseHash(text)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	return tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(asked.Entry))
}

func grown(line []byte) error {
	var asked struct {
		Old, New int64
		OldRoot  tlog.Hash   `json:"old_root"`
		NewRoot  tlog.Hash   `json:"new_root"`
		Hashes   []tlog.Hash `json:"hashes"`
	}
	if err := json.Unmarshal(line, &asked); err != nil {
		panic(err)
	}
	return tlog.CheckTree(asked.Hashes, asked.New, asked.NewRoot, asked.Old, asked.OldRoot)
}

func opened(checkpoint []byte, verifiers note.Verifiers) (int64, tlog.Hash, error) {
	signed, err := note.Open(checkpoint, verifiers)
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 {
		return 0, tlog.Hash{}, errShape
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return size, root, err
}

// Folder is a log's files, read as C2SP tlog-tiles names them: Go's own names have the height in front.
type folder string

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		path := strings.TrimPrefix(tile.Path(), "tile/8/")
		content, err := os.ReadFile(filepath.Join(string(f), "tile", filepath.FromSlash(path)))
		if err != nil {
			return nil, err
		}
		found = append(found, content)
	}
	return found, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func tiles(verifiers note.Verifiers, place string) (int64, error) {
	checkpoint, err := os.ReadFile(filepath.Join(place, "checkpoint"))
	if err != nil {
		return 0, err
	}
	size, root, err := opened(checkpoint, verifiers)
	if err != nil {
		return 0, err
	}
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, folder(place))
	for start := int64(0); start < size; start += 256 {
		end := start + 256
		path := tlog.Tile{H: 8, L: 0, N: start / 256, W: 256}
		if end > size {
			end = size
			path.W = int(end - start)
		}
		var indexes []int64
		for index := start; index < end; index++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, index))
		}
		hashes, err := reader.ReadHashes(indexes)
		if err != nil {
			return 0, err
		}
		name := strings.Replace(path.Path(), "tile/8/0/", "tile/entries/", 1)
		bundle, err := os.ReadFile(filepath.Join(place, filepath.FromSlash(name)))
		if err != nil {
			return 0, err
		}
		for _, hash := range hashes {
			length := int(binary.BigEndian.Uint16(bundle))
			if tlog.RecordHash(bundle[2:2+length]) != hash {
				return 0, fmt.Errorf("an entry of %s is not under its hash", name)
			}
			bundle = bundle[2+length:]
		}
	}
	return size, nil
}
