FROM debian
RUN apt-get install -y tree
ADD https://acme.example/x /x
CMD bash
COPY ../x /x
RNU true
