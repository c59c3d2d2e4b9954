#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <string>
#include <vector>

#include "trailwatch/base/result.h"
#include "trailwatch/collect/listeners.h"

namespace trailwatch::collect {

// A server's side of TLS 1.2 or 1.3. With `client_ca` every connection must show a certificate that it has signed.
// Nothing is resumed and nothing renegotiated: each connection is checked anew.
Result<std::shared_ptr<boost::asio::ssl::context>> make_tls(const Pem& pem);

// The names in a verified certificate: its subject alternative names (DNS and IP), or its common name where it has
// none.
std::vector<std::string> certificate_names(SSL* connection);

// Why a handshake failed, for people: what OpenSSL says of the peer's certificate, else of the handshake.
std::string handshake_failure(SSL* connection, const boost::system::error_code& error);

}  // namespace trailwatch::collect
