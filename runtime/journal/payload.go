package journal

func (o *object) step(s *Step) {
	if s == nil {
		return
	}
	o.open("step")
	o.str("state", s.State)
	o.num("dur_us", s.DurUS)
	o.word("why", s.Why)
	o.shut()
}

func (o *object) call(name string, c *Call) {
	if c == nil {
		return
	}
	o.open(name)
	o.str("name", c.Name)
	if len(c.Args) > 0 {
		o.name("args")
		o.b = append(o.b, '[')
		for i, a := range c.Args {
			if i > 0 {
				o.b = append(o.b, ',')
			}
			o.b = append(o.b, '{')
			o.str("name", a.Name)
			o.str("value", a.Value)
			o.shut()
		}
		o.b = append(o.b, ']')
	}
	o.int("ret", c.Ret)
	o.word("errno", c.Errno)
	o.int("dur_us", c.DurUS)
	o.word("man", c.Man)
	o.word("sh", c.Sh)
	o.word("held", c.Held)
	o.shut()
}

func (o *object) write(name string, w *Write) {
	if w == nil {
		return
	}
	o.open(name)
	o.str("path", w.Path)
	o.word("before", w.Before)
	o.str("value", w.Value)
	o.word("after", w.After)
	o.word("errno", w.Errno)
	o.int("dur_us", w.DurUS)
	o.word("man", w.Man)
	o.word("sh", w.Sh)
	o.word("held", w.Held)
	o.shut()
}

func (o *object) output(p *Output) {
	if p == nil {
		return
	}
	if len(p.B64) > 0 {
		other(o, "output", p)
		return
	}
	o.open("output")
	o.str("stream", p.Stream)
	if p.Text != nil {
		o.str("text", *p.Text)
	}
	o.num("dropped", p.Dropped)
	o.shut()
}

func (o *object) undo(u *Undo) {
	if u == nil {
		return
	}
	o.open("undo")
	o.uint("id", u.ID)
	o.str("op", u.Op)
	o.str("target", u.Target)
	o.str("state", u.State)
	o.word("err", u.Err)
	o.num("dur_us", u.DurUS)
	o.shut()
}

func (o *object) note(n *Note) {
	if n == nil {
		return
	}
	o.open("note")
	o.str("about", n.About)
	o.str("key", n.Key)
	o.str("text", n.Text)
	if len(n.Args) > 0 {
		o.pairs("args", n.Args)
	}
	o.shut()
}
