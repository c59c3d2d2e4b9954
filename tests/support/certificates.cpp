#include "support/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace trailwatch::test {

namespace {

constexpr long kHour = 3'600, kDay = 24 * kHour;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Cert = std::unique_ptr<X509, decltype(&X509_free)>;

void must(bool ok) {
  if (!ok) throw std::runtime_error("OpenSSL did not make a certificate");
}

template <typename Write>
std::string pem_of(const Write& write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
  must(write(out.get()) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

void extend(X509* certificate, X509* issuer, int what, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
  must(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

Cert draft(EVP_PKEY* key, const std::string& name, long from, long until) {
  Cert out(X509_new(), &X509_free);
  X509_set_version(out.get(), X509_VERSION_3);
  std::uint64_t serial = 0;
  must(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(out.get()), serial >> 1U);
  X509_gmtime_adj(X509_getm_notBefore(out.get()), from);
  X509_gmtime_adj(X509_getm_notAfter(out.get()), until);
  X509_set_pubkey(out.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(out.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return out;
}

}  // namespace

struct Authority::Impl {
  Key key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
  Cert certificate{nullptr, &X509_free};
};

Authority::Authority(const std::string& name) : impl_(std::make_unique<Impl>()) {
  impl_->certificate = draft(impl_->key.get(), name, -kHour, kDay);
  X509* const own = impl_->certificate.get();
  X509_set_issuer_name(own, X509_get_subject_name(own));
  extend(own, own, NID_basic_constraints, "critical,CA:TRUE");
  extend(own, own, NID_key_usage, "critical,keyCertSign,cRLSign");
  must(X509_sign(own, impl_->key.get(), EVP_sha256()) > 0);
}
Authority::~Authority() = default;

std::string Authority::pem() const {
  return pem_of([&](BIO* out) { return PEM_write_bio_X509(out, impl_->certificate.get()); });
}

Certificate Authority::issue(const std::vector<std::string>& names, bool is_expired) const {
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Cert made = is_expired ? draft(key.get(), names.front(), -kDay - kHour, -kDay)
                               : draft(key.get(), names.front(), -kHour, kDay);
  X509_set_issuer_name(made.get(), X509_get_subject_name(impl_->certificate.get()));
  std::string alternatives;
  for (const std::string& name : names) alternatives += (alternatives.empty() ? "DNS:" : ",DNS:") + name;
  extend(made.get(), impl_->certificate.get(), NID_subject_alt_name, alternatives);
  must(X509_sign(made.get(), impl_->key.get(), EVP_sha256()) > 0);
  return {pem_of([&](BIO* out) { return PEM_write_bio_X509(out, made.get()); }), pem_of([&](BIO* out) {
            return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace trailwatch::test
