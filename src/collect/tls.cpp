#include "collect/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>

#include "trailwatch/base/text.h"

namespace trailwatch::collect {

namespace asio = boost::asio;

namespace {

Error refused(const std::string& what, const boost::system::error_code& error, const std::string& hint) {
  return Error{Errc::invalid, what + " can't be used: " + error.message(), hint, {}};
}

std::string text_of(const ASN1_STRING* value) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
          static_cast<std::size_t>(ASN1_STRING_length(value))};
}

std::string address_text(const ASN1_STRING* value) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(value) == 4 ? AF_INET : AF_INET6;
  if (family == AF_INET6 && ASN1_STRING_length(value) != 16) return "";
  const char* const out = ::inet_ntop(family, ASN1_STRING_get0_data(value), text.data(), text.size());
  return out == nullptr ? "" : out;
}

void add_common_name(X509* certificate, std::vector<std::string>& out) {
  X509_NAME* const subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return;
  unsigned char* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (size > 0) out.emplace_back(reinterpret_cast<char*>(text), static_cast<std::size_t>(size));
  OPENSSL_free(text);
}

}  // namespace

Result<std::shared_ptr<asio::ssl::context>> make_tls(const Pem& pem) {
  ERR_clear_error();
  auto out = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX* const native = out->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(native, 0);
  // Idle connections are many; their buffers need not wait with them.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  boost::system::error_code error;
  out->use_certificate_chain(asio::buffer(pem.certificate), error);
  if (error) return refused("the certificate", error, "a PEM file that begins with this server's own certificate");
  out->use_private_key(asio::buffer(pem.key), asio::ssl::context::pem, error);
  if (error) return refused("the key", error, "the PEM file of this certificate's key, without a passphrase");
  if (SSL_CTX_check_private_key(native) != 1) {
    return Error{Errc::invalid, "the key does not belong to the certificate", "", {}};
  }
  if (pem.client_ca.empty()) return out;
  out->add_certificate_authority(asio::buffer(pem.client_ca), error);
  if (error) return refused("the authority of the clients", error, "a PEM file of certificates");
  out->set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert, error);
  if (error) return refused("TLS", error, "");
  return out;
}

std::vector<std::string> certificate_names(SSL* connection) {
  std::vector<std::string> out;
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(connection), &X509_free);
  if (!certificate) return out;
  auto* const names =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names, i);
    if (name->type == GEN_DNS) out.push_back(text_of(name->d.dNSName));
    if (name->type == GEN_IPADD) out.push_back(address_text(name->d.iPAddress));
  }
  GENERAL_NAMES_free(names);
  if (out.empty()) add_common_name(certificate.get(), out);
  return out;
}

std::string handshake_failure(SSL* connection, const boost::system::error_code& error) {
  const long verdict = SSL_get_verify_result(connection);
  if (verdict != X509_V_OK) return std::string("client certificate: ") + X509_verify_cert_error_string(verdict);
  return for_log(error.message());
}

}  // namespace trailwatch::collect
