"""RoPE: turning query and key pairs by their position."""
