// Exists so that the precompiled header has one owner that every other target can reuse.
