#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/notice/mailer.h"

namespace caas::notice {
namespace {

class FolderMailer final : public Mailer {
  public:
    FolderMailer(std::filesystem::path folder, std::string from, const Clock& clock, Random& random)
        : folder_(std::move(folder)), from_(std::move(from)), clock_(clock), random_(random) {}

    Delivery send(const Mail& mail) override {
        const auto now = clock_.now();
        const auto file =
            folder_ / (std::to_string(to_ms(now)) + "-" + to_hex(random_.bytes(4)) + ".eml");
        try {
            make_folder(folder_);
            write_file(file, message_text(mail, from_, now, random_, Encoding::eight_bit));
        } catch (const Error& e) {
            return NotSent{false, e.what()};
        }
        return Sent{file.string()};
    }

  private:
    std::filesystem::path folder_;
    std::string from_;
    const Clock& clock_;
    Random& random_;
};

class SmtpMailer final : public Mailer {
  public:
    SmtpMailer(net::SmtpServer server, std::string from, const Clock& clock, Random& random)
        : where_(server.url),
          client_(std::move(server)),
          from_(std::move(from)),
          clock_(clock),
          random_(random) {}

    Delivery send(const Mail& mail) override {
        const auto refusal = client_.send(
            {address_in(from_),
             mail.to,
             message_text(mail, from_, clock_.now(), random_, Encoding::base64)});
        if (refusal)
            return NotSent{refusal->is_for_good, refusal->why};
        return Sent{where_};
    }

  private:
    std::string where_;
    net::SmtpClient client_;
    std::string from_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace

std::unique_ptr<Mailer> folder_mailer(
    std::filesystem::path folder, std::string from, const Clock& clock, Random& random) {
    return std::make_unique<FolderMailer>(std::move(folder), std::move(from), clock, random);
}

std::unique_ptr<Mailer> smtp_mailer(
    net::SmtpServer server, std::string from, const Clock& clock, Random& random) {
    return std::make_unique<SmtpMailer>(std::move(server), std::move(from), clock, random);
}

}  // namespace caas::notice
