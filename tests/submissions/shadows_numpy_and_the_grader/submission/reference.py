raise ImportError('no reference here')
