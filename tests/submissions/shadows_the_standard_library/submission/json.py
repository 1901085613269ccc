raise RuntimeError("not the json you want")
