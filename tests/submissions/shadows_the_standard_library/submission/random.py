print('my own random numbers')


def rand():
    return 4
