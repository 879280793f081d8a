package lessons

import "testing"

// TestUnsaid: languages may differ in what a script says, and in nothing else.
func TestUnsaid(t *testing.T) {
	for _, c := range []struct {
		name, en, ko string
		same         bool
	}{
		{"plain", `echo "not yet"; false`, `echo "아직"; false`, true},
		{"single", `echo 'not yet'`, `echo '아직'`, true},
		{"escaped quotes", `echo "the name \"web\" is free"`, `echo "\"web\"이라는 이름이 비어 있습니다"`, true},
		{"a command in it", `echo "it is $(cat "$f") now"`, `echo "지금은 $(cat "$f")입니다"`, true},
		{"another order", `echo "$a comes before $(cat "$b")"`, `echo "$(cat "$b") 앞에 $a"`, true},
		{"both quotes", `echo "it's so"`, `echo '"그렇습니다"'`, true},
		{"a variable twice", `echo "$a is $b"`, `echo "$a, 곧 $a은(는) $b"`, true},
		{"a variable made", `echo "$a is"`, `echo "${a:=$(rm x)}"`, false},
		{"several words", `echo "one" "two" >"$f"`, `echo "하나" "둘" >"$f"`, true},
		{"printf", `printf 'of %s\n' "$x"`, `printf '%s의\n' "$x"`, true},
		{"within", `if x; then echo "a \"b\""; exit 1; fi`, `if x; then echo "가 \"나\""; exit 1; fi`, true},
		{"another command in it", `echo "it is $(cat "$f")"`, `echo "지금은 $(cat "$g")"`, false},
		{"a command more", `echo "it is so"`, `echo "그렇습니다 $(rm x)"`, false},
		{"elsewhere", `echo "a" >x`, `echo "가" >y`, false},
		{"no words", `echo same`, `echo other`, false},
		{"no echo", `grep "a" x`, `grep "b" x`, false},
	} {
		if a, b := unsaid(c.en), unsaid(c.ko); (a == b) != c.same {
			t.Errorf("%s: %q and %q are the same: %v", c.name, a, b, a == b)
		}
	}
}
