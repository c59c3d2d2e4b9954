# What every target of ours is built with. Foreign headers come in as SYSTEM, so that every warning is our own.
add_library(tw_options INTERFACE)
target_compile_options(tw_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<BOOL:${TRAILWATCH_WERROR}>:-Werror> -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
target_compile_definitions(tw_options INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  TRAILWATCH_VERSION="${PROJECT_VERSION}")
if(TRAILWATCH_SANITIZE)
  target_compile_options(tw_options INTERFACE -fsanitize=${TRAILWATCH_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(tw_options INTERFACE -fsanitize=${TRAILWATCH_SANITIZE})
  if(TRAILWATCH_SANITIZE MATCHES "thread")
    # The thread sanitizer of g++ does not know Asio's fences.
    target_compile_definitions(tw_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()
# What is shipped reads hostile bytes all day: the compiler's own guards are on, as Debian has them for its packages.
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo" AND NOT TRAILWATCH_SANITIZE)
  target_compile_options(tw_options INTERFACE -fstack-protector-strong -fstack-clash-protection
    $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection>)
  target_compile_definitions(tw_options INTERFACE _FORTIFY_SOURCE=2)
  target_link_options(tw_options INTERFACE -pie LINKER:-z,relro LINKER:-z,now)
endif()
find_program(MOLD mold)
if(MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_link_options(tw_options INTERFACE -fuse-ld=mold)
elseif(MOLD)
  target_link_options(tw_options INTERFACE --ld-path=${MOLD})
endif()

# tw_room(NAME USES room... LIBRARIES target...)
#
# One library a room. Its public headers lie in include/trailwatch/NAME, its private ones beside its sources.
function(tw_room name)
  cmake_parse_arguments(ROOM "" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  if(sources)
    add_library(tw_${name} STATIC ${sources})
    target_include_directories(tw_${name} PUBLIC ${CMAKE_SOURCE_DIR}/include PRIVATE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(tw_${name} PRIVATE tw_options)
    set(scope PUBLIC)
    set(link PRIVATE)
  else()
    add_library(tw_${name} INTERFACE)
    target_include_directories(tw_${name} INTERFACE ${CMAKE_SOURCE_DIR}/include)
    set(scope INTERFACE)
    set(link INTERFACE)
  endif()
  list(TRANSFORM ROOM_USES PREPEND tw_ OUTPUT_VARIABLE used)
  target_link_libraries(tw_${name} ${scope} ${used} ${link} ${ROOM_LIBRARIES})
  set_property(GLOBAL APPEND PROPERTY TRAILWATCH_ROOMS ${name})
  set_property(GLOBAL PROPERTY TRAILWATCH_ROOM_${name} "${ROOM_USES}")
endfunction()
