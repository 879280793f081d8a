package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"glassbox/runtime/image"
	"glassbox/runtime/journal"
)

func imagesCommand() *cobra.Command {
	var root string
	c := &cobra.Command{
		Use: "images", Short: "List the images in the store", Args: cobra.NoArgs, Example: "  glassbox images",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := image.Open(storeRoot(root))
			if err != nil {
				return err
			}
			list, err := s.List()
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 3, ' ', 0)
			fmt.Fprintln(w, "IMAGE\tDIGEST\tPLATFORM\tLAYERS\tSIZE\tCREATED")
			for _, i := range list {
				note := ""
				if i.Damaged {
					note = " (damaged: pull it again)"
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s%s\n", clean(i.Ref), short(i.Digest, 19), clean(i.Platform), i.Layers, size(i.Size), i.Created.Format("2006-01-02"), note)
			}
			return w.Flush()
		},
	}
	c.Flags().StringVar(&root, "root", "", "`DIR`: where images are kept")
	return c
}

func pullCommand() *cobra.Command {
	var root, policy string
	o := image.PullOptions{Stdin: os.Stdin}
	c := &cobra.Command{
		Use: "pull IMAGE", Short: "Fetch an image into the store", Args: cobra.ExactArgs(1),
		Example: "  glassbox pull nginx\n  glassbox pull --platform linux/arm64 registry.example/app:1\n  docker save app | glassbox pull docker-archive:-",
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := image.Open(storeRoot(root))
			if err != nil {
				return err
			}
			p := newPlain(cmd.ErrOrStderr(), pickLang(""), journal.Header{})
			o.Policy, o.Emit = policy, p
			img, err := s.Pull(cmd.Context(), args[0], o)
			if why := context.Cause(cmd.Context()); why != nil && errors.Is(err, context.Canceled) {
				return why
			}
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), img.Digest)
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&root, "root", "", "`DIR`: where images are kept")
	f.StringVar(&policy, "pull", "always", "`WHEN`: always, missing or never")
	f.StringVar(&o.Platform, "platform", "", "`PLATFORM`: as in linux/arm64")
	f.StringSliceVar(&o.Insecure, "insecure-registry", nil, "`REGISTRY`: speak plain HTTP to it")
	return c
}

// Emit tells an event at once: `glassbox pull` has no journal.
func (p *plain) Emit(e journal.Event) uint64 {
	p.event(e)
	return 0
}

func rmiCommand() *cobra.Command {
	var root string
	c := &cobra.Command{
		Use: "rmi IMAGE…", Short: "Remove images from the store", Args: cobra.MinimumNArgs(1), Example: "  glassbox rmi nginx",
		Long: "Remove images from the store, with the layers that no other image and no running container uses.",
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := image.Open(storeRoot(root))
			if err != nil {
				return err
			}
			for _, ref := range args {
				freed, err := s.Remove(ref)
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s: %s freed\n", clean(ref), size(freed))
			}
			return nil
		},
	}
	c.Flags().StringVar(&root, "root", "", "`DIR`: where images are kept")
	return c
}
