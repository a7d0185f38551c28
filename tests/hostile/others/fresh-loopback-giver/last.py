import socket
import threading
import time


def serve(link):
    while True:
        other, _ = link.accept()
        other.sendall(b"answers")
        other.close()


for family, address in ((socket.AF_UNIX, "\0fresh"), (socket.AF_INET, ("127.0.0.1", 38713))):
    try:
        link = socket.socket(family)
        link.bind(address)
        link.listen()
        threading.Thread(target=serve, args=(link,), daemon=True).start()
    except OSError as error:
        print(error)
time.sleep(8)
