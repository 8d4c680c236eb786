/* SPDX-License-Identifier: MIT */
/* The keys of RFC 8463 appendix A, known to all the world; keys made for the tests and used nowhere
 * else; and what is not a key to sign with. */
#ifndef OX_TEST_PRIVATE_KEYS_H
#define OX_TEST_PRIVATE_KEYS_H

#define RFC8463_ED25519                                                                            \
	"-----BEGIN PRIVATE KEY-----\n"                                                                \
	"MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"                           \
	"-----END PRIVATE KEY-----\n"

#define RFC8463_RSA                                                                                \
	"-----BEGIN RSA PRIVATE KEY-----\n"                                                            \
	"MIICXQIBAAKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQi\n"                           \
	"Y/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqM\n"                           \
	"KrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB\n"                           \
	"AoGAH0cxOhFZDgzXWhDhnAJDw5s4roOXN4OhjiXa8W7Y3rhX3FJqmJSPuC8N9vQm\n"                           \
	"6SVbaLAE4SG5mLMueHlh4KXffEpuLEiNp9Ss3O4YfLiQpbRqE7Tm5SxKjvvQoZZe\n"                           \
	"zHorimOaChRL2it47iuWxzxSiRMv4c+j70GiWdxXnxe4UoECQQDzJB/0U58W7RZy\n"                           \
	"6enGVj2kWF732CoWFZWzi1FicudrBFoy63QwcowpoCazKtvZGMNlPWnC7x/6o8Gc\n"                           \
	"uSe0ga2xAkEA8C7PipPm1/1fTRQvj1o/dDmZp243044ZNyxjg+/OPN0oWCbXIGxy\n"                           \
	"WvmZbXriOWoSALJTjExEgraHEgnXssuk7QJBALl5ICsYMu6hMxO73gnfNayNgPxd\n"                           \
	"WFV6Z7ULnKyV7HSVYF0hgYOHjeYe9gaMtiJYoo0zGN+L3AAtNP9huqkWlzECQE1a\n"                           \
	"licIeVlo1e+qJ6Mgqr0Q7Aa7falZ448ccbSFYEPD6oFxiOl9Y9se9iYHZKKfIcst\n"                           \
	"o7DUw1/hz2Ck4N5JrgUCQQCyKveNvjzkkd8HjYs0SwM0fPjK16//5qDZ2UiDGnOe\n"                           \
	"uEzxBDAr518Z8VFbR41in3W4Y3yCDgQlLlcETrS+zYcL\n"                                               \
	"-----END RSA PRIVATE KEY-----\n"

#define KEY_RSA_2048_PKCS8                                                                         \
	"-----BEGIN PRIVATE KEY-----\n"                                                                \
	"MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC7DZ67mgnsvguP\n"                           \
	"HxOT8/u7axNCdW6qYwt4HD41RiVErH3zALPq4IoVQr0F+fT+GUeh141tDi7iv3S7\n"                           \
	"Moh0DPBKzBKrhri7BL2VzhiQW1tpOZ4oMUosbQ4x94g3279A4hkvomDJdKDHXxTo\n"                           \
	"fdVcj6gGL7Q0syZ9RHKFYD8kvMikfTbdeVTFxuPmOJmcKNV/Ljhv8p5kkBgGnHN2\n"                           \
	"ugkfCMHgUPdPoBI8z9e6g3tl9calNjTHE6t7Sy7ThzlFxkXZW6Pw8u/p3Dw/2myA\n"                           \
	"O+KNDwJKWtRBUCEMsdYvgb/llZ/i0BTVxbGyVOO73tYkKwAK2pk8LjY4qUE4L9HF\n"                           \
	"xkG4T/2dAgMBAAECggEARBiUwWI2G8Ah8CQVmga4DYZRGCAtPg1ZpwvNH9LeDW6o\n"                           \
	"WXdXiHne+xd1PgA9zuWAHOyeeWWw7u5ZPi8K2wi8z9YUM+qTRM5YgHlrmt4PXLLT\n"                           \
	"n3k2Mg8vnEQrjH5M1X+aQKuiBaUWRQ6Zy3vH2W8Y8cubFJZlvDPXZzPfOO4bMzod\n"                           \
	"EWX8Xlmcb+V6Ux7l67WBYU0LV4EQpMa255Fzw41NoeuG/94IdfZ/So0GnYvzz3xW\n"                           \
	"DVxLwTRqR2Ai+mfnXLbYFo61DHupYqaT8agGlEFu0ghkMxmicqG8HaYAu3Jlwm4A\n"                           \
	"dY6fc3XMORY25iWgTkc61Hycj0hV7/28L7WRZnpplwKBgQDc+2rA6ogOVD8NQ9kz\n"                           \
	"b2V7QmZLi6kXZJ2wNMy/3BhHtY/iJpG+vCXmXs7MDYF6kgMu0MlDYs+Jz97TpySz\n"                           \
	"TpUHZWDnFIqoUcOrBV9tcizscRs/D1sHTmHB2cA5BVIhO2ZrQpdVXrRmKPAVGz0I\n"                           \
	"r4N+6HGZ9ZyLQlZOEuG8NiZUgwKBgQDYsc8qiz+pqcvQnPKyAVOLtayXpEXm2Flh\n"                           \
	"YabGuJvAcLYukenxXeC7gnK7TaHmoSpZBTT2LQzpclfhkkLD6MMuF6WAuNry/Q1a\n"                           \
	"+BMLHfvlNzEmBx618QU/CpYPqsSozu8CgQJTLxKfcFhqy2jD8gPPhAWmBZx3zyD9\n"                           \
	"bjEKc6cLXwKBgQDFd3keqLUpsMijDuURXFLfwSbuDP/tooByi8wHCiM8ORc47GRC\n"                           \
	"f5iSclfy6YKxR7bGZ9XhfHOeX31rvqlB/U+Yy1O7SpTY8i+aLHPotiVEp5HEWPFr\n"                           \
	"5vPeKLnnekS4436TDG903urve1eGVM/GaihkCEwzWtIncwDyRVcoO28nBwKBgQDC\n"                           \
	"0NkXvqk1t9nta60mK9sYt/S7QI03xTpWOpzd/ArLMIoZxEU3ItdwvQ65JkpwNmUE\n"                           \
	"M5Ix4L7DAnHP8tbjmtgfEFNTLt5ppufi6TT1wbc9lCkzryMFH/M/ghz3aOf1fFWV\n"                           \
	"Qrb8Yk2z2iUjnkxKHcMfRepuII1TiXx3XCHq6586sQKBgA1UTZt8pz1CBi2/QOEl\n"                           \
	"VNIDQVdMRsPGtWS3qCjf5pqAIoWJef+RB4vf6dRzjdr6P7CvKk9XebLsz16NARHw\n"                           \
	"IZaR76ypgt7PEHbV1Q+VF81tE00EnQlCn8hRBlCdN3+JJf4bOhmANwPKL1oIE+D6\n"                           \
	"8Gnng1dGH6mEdNpdEC/m2MbI\n"                                                                   \
	"-----END PRIVATE KEY-----\n"

#define KEY_RSA_512                                                                                \
	"-----BEGIN PRIVATE KEY-----\n"                                                                \
	"MIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEAsWM3VDJ56qzafcCh\n"                           \
	"TbvDLBmqob0FKF8qKcbQGdNqZUWGU/lFwMhZCNNCMnw06PTBJN/hbX8lPfWKnYHN\n"                           \
	"fuhwSQIDAQABAkBwBtXRgdNHJwURuA7m1bbL6iW94W8ZcQhiu+F+/erKq1GPRI4l\n"                           \
	"mAZax4BRHTCtWhvz/1a+VeeyCyjcfD7vO+M1AiEA2gmM2MEQEZcAw4NqmUHOKlUd\n"                           \
	"kmgJRHzIwT13ffGThRMCIQDQRc8D/dUQvmb+w3h+hfymxM2d6nIS55ecs5bsQ5SM\n"                           \
	"swIgFWwQyY8WbBQBADSeOZaMkf4w3JyaJH96HfpTDi25B78CIQCeNrmpJZVKz+k7\n"                           \
	"1U/ehXhFU7GDKcsYc1foEUEwH7JkIwIgJcNRWTqSSPopdmrgVu6AutNu/6/u0r7v\n"                           \
	"EVeyujngRmo=\n"                                                                               \
	"-----END PRIVATE KEY-----\n"

#define KEY_EC                                                                                     \
	"-----BEGIN PRIVATE KEY-----\n"                                                                \
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkr2k3e26yMBQZM5y\n"                           \
	"MFaUXoAJ8AbgQIuXtHVPhubWHGmhRANCAAS3L4SiQx9AStJXg7q2Xf0SsgpWg+HP\n"                           \
	"so1awHLCUEz3Q2j6UAYgkLQEYaMxKZuU8gTczcyx2oXa0oB7vMJl27Nx\n"                                   \
	"-----END PRIVATE KEY-----\n"

#define KEY_ENCRYPTED                                                                              \
	"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"                                                      \
	"MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgf7yeocHvMawICCAAw\n"                           \
	"DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEGLLqit3PbsPhwQu/sgjdhkEgZBh\n"                           \
	"fSs+VaCfSpApg3ag8GG52ljcZUb/wQsnALrN5ODLPqNsXUbw00ywJ6XCWck1Bq5j\n"                           \
	"3hAnP/4lCZkpjZxHZD2YZGy51GAmB9wL3Sz1pcNx7YKENIPtOc3O6fawZZtCiaFK\n"                           \
	"WwpXUiPf9/UwuL3Rs8sg0mFhFe3JJieMmOn176KwRMwoRj7n60clcRkegwCFX4s=\n"                           \
	"-----END ENCRYPTED PRIVATE KEY-----\n"

#define KEY_ENCRYPTED_OLD                                                                          \
	"-----BEGIN EC PRIVATE KEY-----\n"                                                             \
	"Proc-Type: 4,ENCRYPTED\n"                                                                     \
	"DEK-Info: AES-128-CBC,FBE67F673BA61D553A612A82B1E49F88\n"                                     \
	"\n"                                                                                           \
	"YY2cXMMF8o28dbn60CIqvbJyyJgurfPU8S6+/XJvgvp9YN/o+hShFJK8PvHiUOvV\n"                           \
	"kTWvPTpQh3X9pNA+aAM1tMj/gbuuGTjmqWjnJ17DrRC79Ufw+jjTOM3hZ7ba6aCJ\n"                           \
	"2NJLKpT0oQhgZKHRCzXrPY3kdqQHEBt3FkeZaFk1dAI=\n"                                               \
	"-----END EC PRIVATE KEY-----\n"

#define KEY_PUBLIC                                                                                 \
	"-----BEGIN PUBLIC KEY-----\n"                                                                 \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEty+EokMfQErSV4O6tl39ErIKVoPh\n"                           \
	"z7KNWsBywlBM90No+lAGIJC0BGGjMSmblPIE3M3MsdqF2tKAe7zCZduzcQ==\n"                               \
	"-----END PUBLIC KEY-----\n"

#endif
