def rope_shapes(B, H, T, d_head):
    return {
        "x": (B, H, T, d_head),
        "positions": (T,),
        "angles": (T, d_head // 2),
        "rotated": (B, H, T, d_head),
        "scores": (B, H, T, T),
    }
